import { textOfValue } from '../../model/setting-text.ts';
import { isSettingName, type SettingShape, settingOf } from '../../model/settings.ts';
import { bytesText, type ProblemTexts, type SettingCode } from '../sentence.ts';
import { didYouMean, quoted } from './words.ts';

const items: Readonly<Record<string, string>> = {
  'web-address': 'addresses such as https://example.com/hook, without a name or password in them',
  'mail-address': 'addresses such as somebody@example.com',
  notice: 'desktop, webhook, email or addresses',
  name: 'names',
};

function wanted(shape: SettingShape): string {
  switch (shape.kind) {
    case 'number': {
      const [min, max] = [shape.min, shape.max].map((n) => textOfValue({ ...shape, zeroIsAutomatic: false }, n));
      const what =
        shape.unit === 'bytes'
          ? 'a size'
          : shape.unit === 'ms'
            ? 'a time'
            : shape.isWhole
              ? 'a whole number'
              : 'a number';
      return `${what} from ${min} to ${max}${shape.zeroIsAutomatic ? ', or auto' : ''}`;
    }
    case 'choice':
      return `one of ${shape.choices.join(', ')}`;
    case 'switch':
      return 'on or off';
    case 'text':
      return `one line of at most ${shape.most} characters`;
    case 'list':
      return `at most ${shape.most} ${items[shape.of]}, with commas between them`;
    case 'sizes':
      return `sizes by name from ${bytesText(shape.min)} to ${bytesText(shape.max)}, such as cuda:0=8 GB, cpu=4 GB`;
    case 'rules':
      return 'rules such as text-encoder=cpu, vae=same-as(denoiser)';
    case 'rules-by-pack':
      return 'the name of a pack, a colon and its rules, such as starter: vae=cpu; other packs follow after semicolons';
  }
}

export const settingProblems: ProblemTexts<SettingCode> = {
  'settings.broken': ({ path, line, column, reason }) => ({
    message: `The settings in ${path} cannot be read, from line ${line}, column ${column}${reason ? `: ${reason}` : ''}.`,
    remedy: 'The defaults hold meanwhile. Mend the file there, or delete it.',
  }),
  'setting.unknown': ({ name, nearest }) => ({
    message: `There is no setting ${quoted(name)}.`,
    remedy: `${didYouMean(nearest)}${quoted('kiln settings')} lists them.`,
  }),
  'setting.badValue': ({ name, value }) => ({
    message: `${quoted(value)} does not fit the setting ${quoted(name)}.`,
    remedy: `It takes ${isSettingName(name) ? wanted(settingOf(name).shape) : 'another value'}.`,
  }),
  'setting.badSecret': ({ name }) => ({
    message: `What was given does not fit the setting ${quoted(name)}.`,
    remedy: 'It takes one line of 1 to 1000 characters, or env:NAME for a variable of the environment.',
  }),
  'setting.locked': ({ name }) => ({
    message: `The setting ${quoted(name)} cannot be changed from here.`,
    remedy: `Change it on the machine that Kiln runs on: ${quoted(`kiln settings set ${name} …`)}.`,
  }),
  'notice.badTarget': ({ target }) => ({
    message: `${quoted(target)} is no way to tell somebody.`,
    remedy: 'Take desktop, webhook, email, none, or an address that the settings allow.',
  }),
  'notice.notAllowed': ({ target, setting }) => ({
    message: `Notices may not go to ${quoted(target)}.`,
    remedy: `Add it to the setting ${quoted(setting)}, on the machine that Kiln runs on.`,
  }),
  'notice.notSet': ({ target, settings }) => ({
    message: `Notices cannot go to ${quoted(target)} yet: ${settings} ${settings.includes(',') ? 'are' : 'is'} not set.`,
    remedy: `Set it with ${quoted('kiln settings set')}.`,
  }),
  'notice.private': ({ address }) => ({
    message: `${address} is on this machine or in a private network, where notices do not go.`,
    remedy: `If it should, turn on ${quoted('webhookPrivate')}.`,
  }),
  'notice.notDelivered': ({ address, reason }) => ({
    message: `The notice to ${address} did not arrive: ${reason}.`,
    remedy: 'Check the address and what answers there.',
  }),
};
