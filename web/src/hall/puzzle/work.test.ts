import { describe, expect, it } from "vitest";
import { proof_of } from "./proof";
import { compress, do_work, initial_state, Work } from "./work";

// The same vector as src/crypto/client_puzzle_test.cpp; it was made with OpenSSL's SM3.
const salt = Array.from({ length: 32 }, (_, i) => i.toString(16).padStart(2, "0")).join("");

describe("the work for a code", () => {
  it("is SM3 as GB/T 32905-2016 A.1 has it", () => {
    const block = new Int32Array(16);
    block[0] = 0x61626380;
    block[15] = 24;
    const state = Int32Array.from(initial_state);
    compress(state, block);
    expect(Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("")).toBe(
      "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
    );
  });
  it("finds the proof that the server finds", () => {
    expect(do_work({ salt, bits: 9, parts: 4 })).toBe("0000003400000db800000085000003e0");
    expect(do_work({ salt, bits: 13, parts: 2 })).toBe("00001f440000e5f1");
    expect(do_work({ salt, bits: 0, parts: 2 })).toBe("0000000000000000");
  });
  it("goes on where it stopped", () => {
    const work = new Work({ salt, bits: 9, parts: 4 });
    let slices = 0;
    while (!work.go_on(100)) {
      ++slices;
    }
    expect(work.proof).toBe("0000003400000db800000085000003e0");
    expect(slices).toBeGreaterThan(40);
    expect(work.go_on(100)).toBe(true);
    expect(work.proof).toHaveLength(32);
  });
  it("is done by the page where there are no workers", async () => {
    expect(typeof Worker).toBe("undefined");
    expect(await proof_of({ salt, bits: 9, parts: 4 })).toBe("0000003400000db800000085000003e0");
  });
  it.each([
    { salt: salt.slice(2), bits: 9, parts: 4 },
    { salt: salt.replace("0", "g"), bits: 9, parts: 4 },
    { salt, bits: 25, parts: 4 },
    { salt, bits: -1, parts: 4 },
    { salt, bits: NaN, parts: 4 },
    { salt, bits: 9, parts: 0 },
    { salt, bits: 9, parts: 257 },
  ])("is refused that nobody could do: %o", async (puzzle) => {
    await expect(proof_of(puzzle)).rejects.toThrow(RangeError);
  });
});
