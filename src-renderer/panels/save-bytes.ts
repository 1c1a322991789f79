/** Gives a person a file to keep, as the browser keeps files. */
export function saveBytes(name: string, content: BlobPart, mime: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type: mime }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
