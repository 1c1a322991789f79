import { webhookBody } from './core-notice-body.ts';
import { sendMail } from './core-notice-mail.ts';
import { postWebhook } from './core-notice-webhook.ts';
import { type NoticeKeeper, type NoticeOptions, noticeKeeper } from './core-notices.ts';
import type { LiveSettings } from './core-settings.ts';
import { kilnVersion } from './core-versions.ts';
import { systemClock } from './device/clock.ts';
import type { Store } from './store/store.ts';

export interface NoticesOver extends Pick<NoticeOptions, 'emit' | 'log'> {
  readonly store: Store;
  readonly settings: LiveSettings;
}

/** Notices by the machine's clock, through its network. */
export function noticesOver({ store, settings: { now: settings, secrets }, ...told }: NoticesOver): NoticeKeeper {
  const { sleep } = systemClock();
  const clock = { now: () => Date.now(), sleep };
  return noticeKeeper({
    store,
    settings,
    secrets,
    clock,
    senders: {
      webhook: ({ submission, notice, made }, address, signal) =>
        postWebhook({
          address,
          id: submission,
          body: webhookBody(notice, made, settings.linkBase[0]),
          secret: secrets.read('webhookSecret') ?? '',
          timestamp: Math.floor(clock.now() / 1000),
          allowsPrivate: settings.webhookPrivate,
          agent: `Kiln/${kilnVersion}`,
          signal,
        }),
      email: ({ notice }, to) =>
        sendMail({ notice, to, settings, password: secrets.read('smtpPassword'), picture: store.images.get }),
    },
    ...told,
  });
}
