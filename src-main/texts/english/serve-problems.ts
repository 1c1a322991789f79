import { bytesText, type ProblemTexts, type ServeCode } from '../sentence.ts';
import { quoted } from './words.ts';

export const serveProblems: ProblemTexts<ServeCode> = {
  'home.held': ({ home, pid, address, since }) => ({
    message: `The data folder ${quoted(home)} is already being served by process ${pid}, at ${address}, since ${since}.`,
    remedy: 'Use that one, end it first, or choose another data folder with --home.',
  }),
  'serve.portTaken': ({ address }) => ({
    message: `Another program already listens at ${address}.`,
    remedy: 'Choose another port with --port.',
  }),
  'serve.cannotListen': ({ address, reason }) => ({
    message: `Kiln cannot listen at ${address}: ${reason}.`,
    remedy: 'Choose an address of this machine with --host, and a port from 1024 with --port.',
  }),
  'request.unauthorized': () => ({
    message: 'This Kiln asks for a token.',
    remedy:
      'In a browser, open the address with ?token=… at its end. A program sends “Authorization: Bearer …”, and the command line takes --token.',
  }),
  'request.foreign': ({ header, value }) => ({
    message: `The request was refused because of its ${header}, ${quoted(value)}: it may come from another site.`,
    remedy:
      'Open Kiln at the address that it printed. To reach it under another name, start it with --token and send the token.',
  }),
  'request.malformed': ({ reason }) => ({
    message: `The request cannot be read: ${reason}.`,
    remedy: 'The page /api of this address describes every call.',
  }),
  'request.tooLarge': ({ bytes, limit }) => ({
    message: `The request holds ${bytesText(bytes)} or more; at most ${bytesText(limit)} are taken.`,
    remedy: 'Send less at once. Pictures go to /blobs/…, not into a call.',
  }),
  'request.tooMany': ({ limit }) => ({
    message: `Too much is asked at the same time; the limit is ${limit}.`,
    remedy: 'Wait for some answers, then try again.',
  }),
  'request.unknown': ({ path }) => ({
    message: `There is nothing at ${quoted(path)}.`,
    remedy: 'The page /api of this address lists what there is.',
  }),
  'request.stopping': () => ({
    message: 'Kiln is stopping and takes nothing more.',
    remedy: 'Try again when it runs again. What was queued is kept.',
  }),
  'blob.wrongDigest': ({ given, found }) => ({
    message: `The bytes that arrived have the digest ${found.slice(0, 12)}…, not ${given.slice(0, 12)}… as announced.`,
    remedy: 'Send the file again; it was changed or damaged on its way.',
  }),
  'home.oldElectron': ({ found, wanted }) => ({
    message: `This Electron (Node-API ${found}) is too old to keep pictures on this computer; Node-API ${wanted} is needed.`,
    remedy: 'Install the Electron that Kiln names in package.json, or connect to a Kiln that runs elsewhere.',
  }),
  'remote.unreachable': ({ address, reason }) => ({
    message: `No Kiln answers at ${address}: ${reason}.`,
    remedy: `Start one with ${quoted('kiln serve')}, or give the right address with --on.`,
  }),
  'remote.notKiln': ({ address, found }) => ({
    message: `What answers at ${address} is not Kiln: ${found}.`,
    remedy: 'Give the address that “kiln serve” printed.',
  }),
  'remote.elsewhere': () => ({
    message: 'This Kiln runs on another computer, which has the files.',
    remedy: 'Do it there, or choose this computer under Connection.',
  }),
  'remote.otherVersion': ({ address, theirs, ours }) => ({
    message: `The Kiln at ${address} speaks version ${theirs} of the contract, this one version ${ours}.`,
    remedy: 'Update the older of the two.',
  }),
};
