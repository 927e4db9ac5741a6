// The proof of a puzzle: by a worker, and where a browser has none or does not let it run, by the page itself in slices.
import { type Puzzle, Work } from "./work";
import PuzzleWorker from "./worker?worker";

const slice_tries = 2000; // a few milliseconds: a key that is pressed meanwhile is answered

function by_worker(puzzle: Puzzle): Promise<string> {
  return new Promise((resolve, reject) => {
    const worker = new PuzzleWorker();
    worker.onmessage = (told: MessageEvent<string>) => {
      worker.terminate();
      resolve(told.data);
    };
    worker.onerror = () => {
      worker.terminate();
      reject(new Error("the worker does not run"));
    };
    worker.postMessage({ salt: puzzle.salt, bits: puzzle.bits, parts: puzzle.parts });
  });
}

async function by_page(puzzle: Puzzle): Promise<string> {
  const work = new Work(puzzle);
  while (!work.go_on(slice_tries)) {
    await new Promise((resolve) => setTimeout(resolve));
  }
  return work.proof;
}

export async function proof_of(puzzle: Puzzle): Promise<string> {
  try {
    return await by_worker(puzzle);
  } catch {
    return by_page(puzzle);
  }
}
