/** A note of a check run on lines of a file, in the field names of GitHub's REST API; plain text. Source: https://docs.github.com/en/rest/checks/runs */
export interface CheckAnnotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  /** Only where the annotation stands on one line. */
  readonly start_column?: number;
  readonly end_column?: number;
  readonly annotation_level: 'notice' | 'warning' | 'failure';
  readonly title?: string;
  readonly message: string;
  readonly raw_details?: string;
}
