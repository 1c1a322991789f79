/** What the page says about the core it is connected to. */
export interface ConnectionTexts {
  /** The button, and the heading of what it opens. */
  readonly menu: string;
  readonly local: string;
  readonly localAbout: string;
  readonly browser: (host: string) => string;
  readonly browserAbout: string;
  readonly remote: string;
  readonly remoteAbout: string;
  readonly address: string;
  readonly token: string;
  readonly tokenAbout: string;
  readonly connect: string;
  readonly connecting: string;
  readonly useLocal: string;
  readonly version: string;
  readonly home: string;
  readonly devices: string;
  /** The server asks for its token again. */
  readonly asksToken: string;
  readonly signIn: string;
  /** The core speaks another version of the contract. */
  readonly otherOlder: (version: string) => string;
  readonly otherNewer: (version: string) => string;
  readonly localFailed: string;
}

/** The page that asks for a server's token. */
export interface SignInTexts {
  readonly heading: string;
  readonly about: string;
  readonly token: string;
  readonly enter: string;
  readonly wrong: string;
  readonly where: string;
}
