import { pictureLink } from './core-notice-body.ts';
import type { Outcome } from './core-notice-webhook.ts';
import { problem } from './model/errors.ts';
import type { Digest } from './model/ids.ts';
import type { Notice } from './model/notices.ts';
import type { Settings } from './model/settings.ts';
import { problemLine } from './texts/say.ts';
import { headlineOf, noticeTexts, runsOf } from './texts/say-notice.ts';

/** Of a thumbnail's longer side. Some 15 kB each as JPEG. */
const thumbnailPx = 256;
/** More would make a mail that servers refuse. */
const mostThumbnails = 24;
const connectMs = 10_000;
const silentMs = 20_000;

export interface Mail {
  readonly notice: Notice;
  readonly to: string;
  readonly settings: Settings;
  readonly password: string | null;
  readonly picture: (digest: Digest) => Promise<Uint8Array | null>;
}

interface Thumbnail {
  readonly digest: Digest;
  readonly jpeg: Buffer;
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Sends it once. Both libraries are loaded where somebody is written to. */
export async function sendMail({ notice, to, settings, password, picture }: Mail): Promise<Outcome> {
  const { smtpHost: host, smtpPort: port, smtpSecurity, smtpUser: user, emailFrom, emailLanguage: language } = settings;
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    host,
    port,
    secure: smtpSecurity === 'tls',
    requireTLS: smtpSecurity === 'starttls',
    ignoreTLS: smtpSecurity === 'none',
    ...(user === '' ? {} : { auth: { user, pass: password ?? '' } }),
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: silentMs,
    // Titles come from graphs of others: nothing in them may name a file or an address to be fetched.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const thumbnails = await thumbnailsOf(notice, picture);
    await transport.sendMail({
      from: emailFrom || user,
      to,
      subject: headlineOf(notice, language),
      text: textOf(notice, settings),
      html: htmlOf(notice, settings, thumbnails),
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Kiln-Submission': notice.submission },
      attachments: thumbnails.map(({ digest, jpeg }) => ({
        filename: `${digest.slice(0, 8)}.jpg`,
        content: jpeg,
        contentType: 'image/jpeg',
        cid: `${digest}@kiln`,
      })),
    });
    return null;
  } catch (error) {
    const { responseCode, code, message } = error as { responseCode?: number; code?: string; message: string };
    // What the server said may repeat what it was told.
    const reason = responseCode === undefined ? (code ?? message) : `SMTP ${responseCode}`;
    return { problem: problem('notice.notDelivered', { address: to, reason }), isFinal: false };
  } finally {
    transport.close();
  }
}

/** Without any of the metadata: a picture that is sent around says no prompt. */
async function thumbnailsOf({ runs }: Notice, picture: Mail['picture']): Promise<Thumbnail[]> {
  const digests = new Set(runs.flatMap((run) => run.pictures.map(({ digest }) => digest)));
  const { ResizeFit, Transformer } = await import('@napi-rs/image');
  const made: Thumbnail[] = [];
  for (const digest of [...digests].slice(0, mostThumbnails)) {
    const bytes = await picture(digest);
    if (!bytes) continue;
    const size = { width: thumbnailPx, height: thumbnailPx, fit: ResizeFit.Inside };
    const jpeg = await new Transformer(bytes)
      .resize(size)
      .jpeg(80)
      .catch(() => null);
    if (jpeg) made.push({ digest, jpeg });
  }
  return made;
}

const linksOf = ({ pictures }: Notice['runs'][number], { linkBase }: Settings): string[] =>
  pictures.flatMap(({ digest }) => pictureLink(linkBase[0], digest) ?? []);

function textOf(notice: Notice, settings: Settings): string {
  const { emailLanguage: language } = settings;
  const texts = noticeTexts(language);
  const lines = notice.runs.flatMap((run) => [
    '',
    texts.run(run),
    ...run.problems.map((found) => `  ${problemLine(found, language)}`),
    ...(run.pictures.length > 0 ? [`  ${texts.pictures(run.pictures.length)}`] : []),
    ...linksOf(run, settings).map((link) => `  ${link}`),
  ]);
  const more = runsOf(notice) - notice.runs.length;
  return [
    `${headlineOf(notice, language)}: ${texts.counts(notice.counts)}`,
    ...lines,
    ...(more > 0 ? ['', texts.more(more)] : []),
    '',
    texts.why,
  ].join('\n');
}

function htmlOf(notice: Notice, settings: Settings, thumbnails: readonly Thumbnail[]): string {
  const { emailLanguage: language, linkBase } = settings;
  const texts = noticeTexts(language);
  const shown = new Set(thumbnails.map(({ digest }) => digest));
  const runs = notice.runs.map((run) => {
    const problems = run.problems.map((found) => `<li>${escaped(problemLine(found, language))}</li>`).join('');
    const pictures = run.pictures
      .filter(({ digest }) => shown.has(digest))
      .map(({ digest, title, seed }) => {
        const image = `<img src="cid:${digest}@kiln" alt="${escaped(`${title} ${seed ?? ''}`.trim())}" style="margin:4px;max-width:${thumbnailPx}px">`;
        const link = pictureLink(linkBase[0], digest);
        return link === null ? image : `<a href="${escaped(link)}">${image}</a>`;
      })
      .join('');
    return `<p>${escaped(texts.run(run))}</p>${problems && `<ul>${problems}</ul>`}${pictures && `<p>${pictures}</p>`}`;
  });
  const more = runsOf(notice) - notice.runs.length;
  return [
    `<!doctype html><html lang="${language}"><body style="font-family:sans-serif">`,
    `<h2>${escaped(headlineOf(notice, language))}</h2><p>${escaped(texts.counts(notice.counts))}</p>`,
    ...runs,
    more > 0 ? `<p>${escaped(texts.more(more))}</p>` : '',
    `<p style="color:#777"><small>${escaped(texts.why)}</small></p></body></html>`,
  ].join('\n');
}
