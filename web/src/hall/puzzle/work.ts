// The work that a code by SMS costs, as api/openapi.yaml has it under Puzzle: SM3 (GB/T 32905-2016) over one block, since
// a call of the browser's own digests, none of which is SM3, costs more than the hash itself.

export interface Puzzle {
  readonly salt: string; // hexadecimal, 32 bytes
  readonly bits: number;
  readonly parts: number;
}

const salt_words = 8;
const block_words = 16;
const input_bits = 40 * 8; // salt, part, number
const rounds = 64;

const rotated = (word: number, by: number): number => (by === 0 ? word : (word << by) | (word >>> (32 - by)));
export const initial_state: Int32Array = Int32Array.of(
  0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e,
);
const constants = Int32Array.from({ length: rounds }, (_, j) => rotated(j < 16 ? 0x79cc4519 : 0x7a879d8a, j % 32));
const expanded = new Int32Array(rounds + 4);

/** The compression function: `state` takes one block of 16 words in. */
export function compress(state: Int32Array, block: Int32Array): void {
  const w = expanded as { [index: number]: number };
  for (let j = 0; j < block_words; ++j) {
    w[j] = block[j] as number;
  }
  for (let j = block_words; j < rounds + 4; ++j) {
    const third = w[j - 3] as number;
    const x = (w[j - 16] as number) ^ (w[j - 9] as number) ^ ((third << 15) | (third >>> 17));
    const thirteenth = w[j - 13] as number;
    w[j] = x ^ ((x << 15) | (x >>> 17)) ^ ((x << 23) | (x >>> 9)) ^ ((thirteenth << 7) | (thirteenth >>> 25)) ^ (w[j - 6] as number);
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let j = 0; j < rounds; ++j) {
    const a12 = (a << 12) | (a >>> 20);
    const sum = (a12 + e + (constants[j] as number)) | 0;
    const ss1 = (sum << 7) | (sum >>> 25);
    const ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
    const gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
    const own = w[j] as number;
    const tt1 = (ff + d + (ss1 ^ a12) + (own ^ (w[j + 4] as number))) | 0;
    const tt2 = (gg + h + ss1 + own) | 0;
    d = c;
    c = (b << 9) | (b >>> 23);
    b = a;
    a = tt1;
    h = g;
    g = (f << 19) | (f >>> 13);
    f = e;
    e = tt2 ^ ((tt2 << 9) | (tt2 >>> 23)) ^ ((tt2 << 17) | (tt2 >>> 15));
  }
  const last = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < last.length; ++i) {
    state[i] = (state[i] as number) ^ (last[i] as number);
  }
}

/** A puzzle half-way: goes on where it stopped, so that a page can do other things between. */
export class Work {
  proof = "";
  private part = 0;
  private number = 0;
  private readonly mask: number;
  private readonly block = new Int32Array(block_words);
  private readonly state = new Int32Array(initial_state.length);

  constructor(private readonly puzzle: Puzzle) {
    if (!/^[0-9a-f]{64}$/.test(puzzle.salt) || !(puzzle.bits >= 0 && puzzle.bits <= 24) || !(puzzle.parts >= 1 && puzzle.parts <= 256)) {
      throw new RangeError("not a puzzle that can be solved");
    }
    for (let i = 0; i < salt_words; ++i) {
      this.block[i] = parseInt(puzzle.salt.slice(8 * i, 8 * i + 8), 16);
    }
    this.block[10] = 0x80000000 | 0; // the padding of 40 bytes
    this.block[15] = input_bits;
    this.mask = puzzle.bits === 0 ? 0 : -1 << (32 - puzzle.bits);
  }
  /** Tries at most so many numbers; whether the proof is whole. */
  go_on(tries: number): boolean {
    const { block, state, mask } = this;
    for (let left = tries; left > 0 && this.part < this.puzzle.parts; --left) {
      block[8] = this.part;
      block[9] = this.number;
      state.set(initial_state);
      compress(state, block);
      if (((state[0] as number) & mask) === 0) {
        this.proof += this.number.toString(16).padStart(8, "0");
        ++this.part;
        this.number = 0;
      } else {
        ++this.number;
      }
    }
    return this.part === this.puzzle.parts;
  }
}

export function do_work(puzzle: Puzzle): string {
  const work = new Work(puzzle);
  while (!work.go_on(1 << 20)) {
    // One go is enough for nearly every puzzle.
  }
  return work.proof;
}
