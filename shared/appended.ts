/**
 * Adds to a list that mostly has one item in the end: an empty array, once it is pushed to, has room for
 * seventeen, and a webhook of one message makes four such lists.
 * @param list undefined before its first item
 * @returns the list
 */
export function appended<Item>(list: Item[] | undefined, item: Item): Item[] {
  if (!list) return [item];
  list.push(item);
  return list;
}
