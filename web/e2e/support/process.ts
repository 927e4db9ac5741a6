// A program that a walk starts, what it says, and its end.
import type { ChildProcess } from "node:child_process";
import { createServer } from "node:net";

/** What a program says on either channel, and whoever waits for words in it. */
export class Said {
  text = "";
  private readonly hearers = new Set<() => void>();
  constructor(private readonly child: ChildProcess) {
    const tell = (): void => this.hearers.forEach((each) => each());
    const hear = (chunk: Buffer): void => {
      this.text += chunk.toString("utf8");
      tell();
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.once("close", tell);
  }
  /** The first that matches from `from` on. Fails when the program ends without saying it. */
  async until(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.text.slice(from));
      if (found !== null) {
        return found;
      }
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        throw new Error(`ended without saying ${pattern}:\n${this.text.slice(-3000)}`);
      }
      await new Promise<void>((again) => {
        const once = (): void => {
          this.hearers.delete(once);
          again();
        };
        this.hearers.add(once);
      });
    }
  }
}

/** Asks it to end, and waits until it has. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    await new Promise<void>((done) => {
      child.once("exit", () => done());
      child.kill("SIGTERM");
    });
  }
}

async function is_free(port: number): Promise<boolean> {
  return new Promise((tell) => {
    const server = createServer();
    server.once("error", () => tell(false));
    server.listen(port, "127.0.0.1", () => server.close(() => tell(true)));
  });
}
/** The first of `count` free ports that follow each other, below those that a system gives away by itself. */
export async function free_ports(count: number): Promise<number> {
  for (let tries = 0; tries < 200; ++tries) {
    const first = 20_000 + Math.floor(Math.random() * 12_000);
    const all = await Promise.all([...Array(count).keys()].map((n) => is_free(first + n)));
    if (all.every(Boolean)) {
      return first;
    }
  }
  throw new Error("no free ports");
}
