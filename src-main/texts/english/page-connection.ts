import type { ConnectionTexts, SignInTexts } from '../page-connection-texts.ts';

export const connectionMenu: ConnectionTexts = {
  menu: 'Connection',
  local: 'This computer',
  localAbout: 'Pictures are computed and kept here.',
  browser: (host) => `Kiln at ${host}`,
  browserAbout: 'This page comes from there; pictures are computed and kept there.',
  remote: 'Another machine',
  remoteAbout: 'Start “kiln serve --host 0.0.0.0” there; it prints its address and its token.',
  address: 'Address',
  token: 'Token',
  tokenAbout: 'Kept on this computer for this address.',
  connect: 'Connect',
  connecting: 'Connecting …',
  useLocal: 'Use this computer',
  version: 'Version',
  home: 'Folder',
  devices: 'Devices',
  asksToken: 'Kiln asks for its token. Your values are kept.',
  signIn: 'Enter the token',
  otherOlder: (version) => `Kiln ${version} over there is older than this studio. Update it there, then connect again.`,
  otherNewer: (version) =>
    `Kiln ${version} over there is newer than this studio. Update Kiln here, then connect again.`,
  localFailed: 'Kiln cannot compute on this computer now.',
};

export const signIn: SignInTexts = {
  heading: 'Kiln asks for its token',
  about: 'This Kiln is shared with other machines. Enter the token once; this browser keeps it.',
  token: 'Token',
  enter: 'Open the studio',
  wrong: 'That is not the token. Copy it whole from where “kiln serve” was started.',
  where: '“kiln serve” prints it when it starts, or whoever started it chose it with --token.',
};
