// Draws the start and the end of the demo's output as docs/demo.svg, for the README: `npm run picture`.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const COLUMNS = 100;
const MOST_LINES = 74;
const CELL = { width: 7.8, height: 17 } as const;
const PADDING = 16;
const COLORS: Readonly<Record<number, string>> = {
  31: '#ff7b72',
  32: '#7ee787',
  33: '#e3b341',
  34: '#79c0ff',
  35: '#d2a8ff',
  36: '#a5d6ff',
};
const INK = '#e6edf3';
const DIM = '#7d8590';

interface Style {
  readonly color: string;
  readonly bold: boolean;
}

const demo = spawnSync(process.execPath, ['src/demo/main.ts'], {
  cwd: ROOT,
  env: { ...process.env, FORCE_COLOR: '1', COLUMNS: String(COLUMNS) },
  encoding: 'utf8',
  timeout: 60_000,
});
if (demo.status !== 0) throw new Error(`the demo ended with ${demo.status}: ${demo.stderr}`);
const lines = demo.stdout.trimEnd().split('\n');
const exception = lines.findIndex((line) => line.startsWith('An exception,'));
if (exception < 0) throw new Error('the demo plays no exception');
const shown = [...lines.slice(0, MOST_LINES), '…', '', ...lines.slice(exception)];
writeFileSync(`${ROOT}docs/demo.svg`, svg(['$ npm run demo', ...shown]));

function svg(rows: readonly string[]): string {
  const width = Math.ceil(COLUMNS * CELL.width + 2 * PADDING);
  const height = rows.length * CELL.height + 2 * PADDING;
  const texts = rows.map(
    (row, index) => `<text x="${PADDING}" y="${PADDING + (index + 0.8) * CELL.height}">${spans(row)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13" fill="${INK}" xml:space="preserve">
${texts.join('\n')}
</g>
</svg>
`;
}

function spans(row: string): string {
  let style: Style = { color: INK, bold: false };
  let output = '';
  // The escape sequences are what is read here.
  for (const part of row.split(new RegExp(`(${String.fromCharCode(27)}\\[[0-9;]*m)`))) {
    if (part.startsWith(String.fromCharCode(27))) style = styled(style, part.slice(2, -1));
    else if (part !== '')
      output += `<tspan fill="${style.color}"${style.bold ? ' font-weight="bold"' : ''}>${escaped(part)}</tspan>`;
  }
  return output;
}

function styled(style: Style, code: string): Style {
  const number = Number(code);
  if (number === 1) return { ...style, bold: true };
  if (number === 2) return { ...style, color: DIM };
  if (number === 22) return { color: style.color === DIM ? INK : style.color, bold: false };
  if (number === 0) return { color: INK, bold: false };
  return { ...style, color: COLORS[number] ?? INK };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
