/** The text that base64 holds, as UTF-8; what is no base64 in it is passed over, as most readers do. */
export function decodeBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}
