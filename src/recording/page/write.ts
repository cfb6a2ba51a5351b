export async function writeRecordingPage(
  _: object,
): Promise<{ lost: number; facts: object; lines: string[] }> {
  throw new Error('not yet');
}
