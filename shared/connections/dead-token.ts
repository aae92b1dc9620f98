/** What a connection's problem is where Meta refuses its token. */
export function deadToken(reason: string): { reason: string; whatToDo: string } {
  return {
    reason,
    whatToDo:
      'Meta refuses the access token. Connect the WhatsApp Business Account again; messages still come in meanwhile.',
  };
}
