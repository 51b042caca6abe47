/** The server said no. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
  readonly code: string;
  constructor(request: string, code: string) {
    super(`${request}: ${code}`);
    this.code = code;
  }
}
