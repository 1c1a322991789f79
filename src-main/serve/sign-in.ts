import type { Language } from '../texts/language.ts';
import { pageTexts } from '../texts/say-page.ts';

/** Where the form of the page below sends the token. */
export const signInPath = '/sign-in';
export const signInStylePath = '/sign-in.css';

const flame =
  'M3 22V11a9 9 0 0 1 18 0v11h-5.5c1-1 1.5-2.2 1.5-3.6 0-2.6-1.7-4.1-3-5.7-1-1.2-1.7-2.4-1.6-4-2.3 1.2-3.2 3.3-2.9 5.5-.7-.4-1.1-1-1.3-1.8C7.7 13.9 7 15.9 7 18.4c0 1.4.5 2.6 1.5 3.6z';

/** Asks for the token. It needs no script, and nothing of the studio is shown before the token was right. */
export function signInPage(language: Language, isWrong: boolean): string {
  const said = pageTexts(language).signIn;
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-Hans' : 'en'}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Kiln</title>
<link rel="stylesheet" href="${signInStylePath}">
</head>
<body>
<main>
<svg viewBox="0 0 24 24" width="40" height="40" aria-hidden="true"><path d="${flame}"/></svg>
<h1>${said.heading}</h1>
<p>${said.about}</p>
<form method="post" action="${signInPath}">
<label for="token">${said.token}</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus${isWrong ? ' aria-invalid="true" aria-describedby="wrong"' : ''}>
${isWrong ? `<p id="wrong" role="alert">${said.wrong}</p>` : ''}
<button>${said.enter}</button>
</form>
<p class="quiet">${said.where}</p>
</main>
</body>
</html>
`;
}

/** The studio's colours and distances, for a page that comes before the studio. */
export const signInStyle = `:root {
  color-scheme: light dark;
  font: 14px / 20px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
  color: light-dark(#1f1c19, #ede9e3);
  background: light-dark(#f5f4f1, #151311);
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 16px; }
main {
  width: 100%; max-width: 400px; padding: 32px; border-radius: 12px;
  border: 1px solid light-dark(#e1ded8, #342f2a); background: light-dark(#ffffff, #1e1b18);
}
svg { display: block; margin-bottom: 16px; fill: light-dark(#b93c0b, #f08a4b); }
h1 { margin: 0 0 8px; font-size: 20px; line-height: 28px; }
p { margin: 0; }
form { display: grid; margin: 24px 0; }
label { font-weight: 600; margin-bottom: 4px; }
input, button { font: inherit; min-height: 40px; border-radius: 8px; padding: 8px 12px; }
input { border: 1px solid light-dark(#8d867c, #786f64); background: light-dark(#ffffff, #151311); color: inherit; width: 100%; }
input[aria-invalid] { border-color: light-dark(#b3261e, #f2897f); }
input:focus-visible, button:focus-visible { outline: 2px solid light-dark(#b93c0b, #f08a4b); outline-offset: 2px; }
button {
  margin-top: 16px; border: 0; cursor: pointer; font-weight: 600;
  background: light-dark(#b93c0b, #f08a4b); color: light-dark(#ffffff, #23120a);
}
[role="alert"] { margin-top: 8px; color: light-dark(#b3261e, #f2897f); }
.quiet { color: light-dark(#67615a, #a8a095); font-size: 13px; }
`;
