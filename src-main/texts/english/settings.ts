import type { SettingTexts } from '../setting-texts.ts';

export const settings: SettingTexts = {
  groups: {
    queue: 'Queue',
    placement: 'Placement',
    memory: 'Memory and disk',
    devices: 'Devices',
    notices: 'Notices of runs that end',
    mail: 'Mail',
  },
  settings: {
    patience: {
      label: 'Patience',
      help: 'So many runs that were submitted later may start before one that waits; then it leads whatever its tier.',
    },
    fastMs: {
      label: 'Fast up to',
      help: 'A run that was given no tier is “fast” when the devices will compute for it at most so long, else “quality”.',
    },
    affinity: {
      label: 'Rules of placement',
      help: 'Which parts run where, for every graph: text-encoder=cpu, denoiser=cuda:0|cuda:1, vae~=same-as(denoiser). A graph’s own rules go before these.',
    },
    packAffinity: {
      label: 'Rules for packs',
      help: 'The same for one pack; they go before those for every graph. On the command line: starter: vae=cpu',
    },
    cacheBytes: {
      label: 'Cache on disk',
      help: 'Results that could be computed again, such as encoded prompts, are kept up to this size.',
    },
    cpuBudgetBytes: {
      label: 'Memory on the CPU',
      help: 'For weights and scratch memory. Automatic takes half of this machine’s memory.',
    },
    budgetBytes: {
      label: 'Memory by device',
      help: 'For weights and scratch memory, such as cuda:0=8 GB. A card that is not named may use what its driver has, less a margin.',
    },
    hot: {
      label: 'Packs kept loaded',
      help: 'They are loaded at the start and never leave: PACK, or PACK@cuda:0 for a certain device.',
    },
    cpuThreads: {
      label: 'Threads on the CPU',
      help: 'Of one call. Automatic takes all cores.',
    },
    cpuLanes: {
      label: 'Lanes of the CPU',
      help: 'Calls that it computes at the same time while many runs wait. Automatic takes one for each thread, at most four; 1 computes one call with all threads.',
    },
    attempts: {
      label: 'Tries',
      help: 'A job whose device was lost is tried so often in all before its run fails.',
    },
    hangFactor: {
      label: 'Hung after',
      help: 'A call that takes so many times as long as was measured counts as hung: its device is started again.',
    },
    hangMs: { label: 'Hung at the soonest after', help: 'No call counts as hung before that.' },
    leaseMs: {
      label: 'Work without asking',
      help: 'How much work a device gets at once. More costs less overhead; less lets urgent runs in sooner.',
    },
    notify: {
      label: 'Who is told by default',
      help: 'When a run of the tiers quality and background that says nothing about it has ended: desktop, webhook, email, or addresses that are allowed.',
    },
    webhooks: {
      label: 'Webhook addresses',
      help: 'Notices go to these alone, one ending in / allows all below it. “webhook” means the first. Whoever may use this Kiln can see them.',
    },
    webhookPrivate: {
      label: 'Webhooks on this network',
      help: 'Lets those addresses be on this machine or in a private network.',
    },
    linkBase: {
      label: 'Address for links',
      help: 'Where others reach this Kiln, such as https://kiln.example. Links to pictures in notices begin with it.',
    },
    webhookSecret: {
      label: 'Webhook secret',
      help: 'Signs webhooks by the rules of Standard Webhooks, so that the other side can tell who sent them: whsec_ and base64. env:NAME takes it from a variable of the environment.',
    },
    emails: {
      label: 'Mail addresses',
      help: 'Mail goes to these alone, @example.com allows all there. “email” means the first.',
    },
    emailFrom: { label: 'Mail comes from', help: 'Such as kiln@example.com. Empty takes the user of the mail server.' },
    emailLanguage: { label: 'Language of mail', help: 'Of the sentences in it.' },
    smtpHost: { label: 'Mail server', help: 'The SMTP server that takes mail, such as smtp.example.com.' },
    smtpPort: { label: 'Its port', help: '587 with STARTTLS, 465 with TLS from the start, mostly.' },
    smtpSecurity: {
      label: 'Encryption',
      help: 'With STARTTLS nothing is sent before it is encrypted. “None” sends the password in the open.',
    },
    smtpUser: { label: 'User there', help: 'Empty sends without signing in.' },
    smtpPassword: {
      label: 'Password there',
      help: 'Kept in a file that only you can read. env:NAME takes it from a variable of the environment.',
    },
  },
  choices: { en: 'English', zh: 'Chinese', starttls: 'STARTTLS', tls: 'TLS', none: 'none', on: 'on', off: 'off' },
  units: { runs: 'runs', bytes: '', ms: '', threads: 'threads', lanes: 'lanes', tries: 'tries', times: '×', port: '' },
  takes: { now: 'at once', restart: 'after a restart' },
  secretStates: {
    unset: 'not set',
    set: 'set',
    environment: 'set, from the environment',
    missing: 'the variable is not there',
  },
  automatic: 'automatic',
  nothing: 'none',
  byDefault: (value) => `By default: ${value}`,
  limits: (min, max) => `${min} to ${max}`,
  pending: 'Takes effect after a restart.',
  locked: 'Can only be changed on the machine that Kiln runs on: kiln settings set.',
  set: (name, value) => `${name} is now ${value}.`,
  reset: (name, value) => `${name} is ${value} again.`,
  askSecret: (name) => `${name}: type it and press Enter; it is not shown.`,
};
