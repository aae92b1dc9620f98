/**
 * Sorts events of one conversation: Meta's seconds are equal more often than not.
 * @param position the element's place in its webhook
 * @param index the event's place in its element
 */
export function orderKeyOf(
  occurredAt: string,
  receivedAt: string,
  position: number,
  index = 0,
): string {
  return `${occurredAt}/${receivedAt}/${padded(position)}/${padded(index)}`;
}

function padded(place: number): string {
  return String(place).padStart(6, '0');
}
