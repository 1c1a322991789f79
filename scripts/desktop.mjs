// What `npm start` alone opens.
const withValue = ['--home', '--lang', '--port', '--host', '--token'];

/** Whether the words after `npm start` ask for the studio: none, or nothing but its options. */
export function asksForStudio(words) {
  for (let i = 0; i < words.length; i++) {
    const [name] = words[i].split('=', 1);
    if (name === '--no-color') continue;
    if (!withValue.includes(name)) return false;
    if (!words[i].includes('=')) i++;
  }
  return true;
}
