/** Files that the browser saves. */

/** Milliseconds in which a browser has taken what it saves. */
const PATIENCE = 10_000;

/** Has the browser save what lies at an address. */
export function saveFrom(address: string, name: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
}

/** Has the browser save some text. */
export function saveText(text: string, name: string, mediaType: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: mediaType }));
  saveFrom(address, name);
  setTimeout(() => URL.revokeObjectURL(address), PATIENCE);
}
