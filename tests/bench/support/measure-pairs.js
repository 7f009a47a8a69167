/**
 * Measures ours and a peer in turns, who goes first alternating, so that both meet the same machine.
 *
 * @param {number} count
 * @param {(index: number) => Promise<number>} ours
 * @param {(index: number) => Promise<number>} peer
 * @returns {Promise<[ours: number, peer: number][]>}
 */
export async function measurePairs(count, ours, peer) {
  /** @type {[number, number][]} */
  const pairs = [];
  for (let index = 0; index < count; index += 1) {
    if (index % 2 === 0) {
      const first = await ours(index);
      pairs.push([first, await peer(index)]);
    } else {
      const first = await peer(index);
      pairs.push([await ours(index), first]);
    }
  }
  return pairs;
}
