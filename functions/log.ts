/** Ids and codes only: no bodies, no addresses, no secrets. A powertools Logger is one. */
export interface Log {
  info(message: string, details: Readonly<Record<string, unknown>>): void;
  error(message: string, details: Readonly<Record<string, unknown>>): void;
}

/** What an error says of itself, without the values it may carry. */
export const told = (error: unknown): { readonly name: string; readonly message: string } =>
  error instanceof Error ? { name: error.name, message: error.message } : { name: 'thrown', message: String(error) };
