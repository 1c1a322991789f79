/** Which core this page works with, and what can be done about it. */
export interface Where {
  /** Whether the core refuses this page until it has the token. Asked when the connection is lost. */
  asksToken(): Promise<boolean>;
  /** Lets a person enter the token. */
  signIn(): void;
}

/** A page in a browser belongs to the server that it came from, which asks for the token before it gives the page. */
export function whereInBrowser(fetchIt: typeof fetch, reload: () => void): Where {
  return {
    async asksToken() {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetchIt('api/core.info', { method: 'POST', headers, body: '{}' }).catch(() => null);
      return answer?.status === 401;
    },
    signIn: reload,
  };
}
