import { type NoticeKeeper, type NoticeOptions, noticeKeeper } from './core-notices.ts';
import type { LiveSettings } from './core-settings.ts';
import { kilnVersion } from './core-versions.ts';
import { systemClock } from './device/clock.ts';
import type { Store } from './store/store.ts';

export interface NoticesOver extends Pick<NoticeOptions, 'emit' | 'log'> {
  readonly store: Store;
  readonly settings: LiveSettings;
}

/** Notices by the machine's clock, through its network. What speaks to it is loaded when somebody is told. */
export function noticesOver({ store, settings: { now: settings, secrets }, ...told }: NoticesOver): NoticeKeeper {
  const { sleep } = systemClock();
  const clock = { now: () => Date.now(), sleep };
  return noticeKeeper({
    store,
    settings,
    secrets,
    clock,
    senders: {
      async webhook({ submission, notice, made }, address, signal) {
        const { postWebhook } = await import('./core-notice-webhook.ts');
        const { webhookBody } = await import('./core-notice-body.ts');
        return postWebhook({
          address,
          id: submission,
          body: webhookBody(notice, made, settings.linkBase[0]),
          secret: secrets.read('webhookSecret') ?? '',
          timestamp: Math.floor(clock.now() / 1000),
          allowsPrivate: settings.webhookPrivate,
          agent: `Kiln/${kilnVersion}`,
          signal,
        });
      },
      async email({ notice }, to) {
        const { sendMail } = await import('./core-notice-mail.ts');
        const password = secrets.read('smtpPassword');
        return sendMail({ notice, to, settings, password, picture: store.images.get });
      },
    },
    ...told,
  });
}
