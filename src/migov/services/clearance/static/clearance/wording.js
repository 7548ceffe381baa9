// What became of a few words, word by word: the longest run of words that both have in common stays.

const words = (text) => text.match(/\s*\S+\s*|\s+/g) ?? [];
const MOST = 400_000; // cells of the table; longer texts are shown as replaced

/** [["same" | "out" | "in", text], …] in reading order. */
export function differences(before, after) {
  const old = words(before);
  const now = words(after);
  if (old.length * now.length > MOST) return [["out", before], ["in", after]];
  const width = now.length + 1;
  const table = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let k = now.length - 1; k >= 0; k -= 1) {
      table[i * width + k] = old[i].trim() === now[k].trim()
        ? table[(i + 1) * width + k + 1] + 1
        : Math.max(table[(i + 1) * width + k], table[i * width + k + 1]);
    }
  }
  const found = [];
  const add = (kind, text) => {
    const last = found.at(-1);
    if (last?.[0] === kind) last[1] += text;
    else found.push([kind, text]);
  };
  let i = 0;
  let k = 0;
  while (i < old.length || k < now.length) {
    if (i < old.length && k < now.length && old[i].trim() === now[k].trim()) {
      add("same", now[k]);
      i += 1;
      k += 1;
    } else if (k >= now.length || (i < old.length && table[(i + 1) * width + k] >= table[i * width + k + 1])) {
      add("out", old[i]);
      i += 1;
    } else {
      add("in", now[k]);
      k += 1;
    }
  }
  return found;
}
