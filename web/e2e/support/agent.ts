// The agent in a terminal of its own, and the person who reads and types there.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { type Office, programs, user_pin } from "./office";
import { end, Said } from "./process";

export class Agent {
  private read = 0;
  private constructor(private readonly child: ChildProcess, private readonly said: Said) {}

  static async start(office: Office): Promise<Agent> {
    const command = [
      join(programs, "bin", "yinxin-agent"), "serve", "--folder", join(office.folder, "consents"), "--environment", "demo",
      "--issuing-ca", join(office.demo, "handed", "issuing.cer"),
    ].join(" ");
    // `script` gives it the terminal that it asks of a person's machine.
    const child = spawn("script", ["-qfec", command, "/dev/null"], {
      env: { ...process.env, YINXIN_SOFT_TOKENS: join(office.demo, "tokens") },
    });
    const agent = new Agent(child, new Said(child));
    await agent.hears(/ready: http:\/\/127\.0\.0\.1:\d+/);
    return agent;
  }
  private async hears(pattern: RegExp): Promise<RegExpExecArray> {
    const found = await this.said.until(pattern, this.read);
    this.read += found.index + found[0].length;
    return found;
  }
  private type(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }
  /** What its window has said since it was last read: nothing, as long as nobody was asked anything. */
  get unread(): string {
    return this.said.text.slice(this.read).trim();
  }
  async consents(): Promise<string> {
    const begin = this.read;
    await this.hears(/y to allow, n to refuse:/);
    this.type("y");
    await this.hears(/takes it back/);
    return this.said.text.slice(begin, this.read);
  }
  async types_pin(pin = user_pin): Promise<void> {
    await this.hears(/PIN of the UKey, nothing to refuse:/);
    this.type(pin);
  }
  /** Reads what is signed; what it showed. */
  async signs(): Promise<string> {
    const begin = this.read;
    const code = (await this.hears(/核对码 \/ code: *(\S+)/))[1] ?? "";
    await this.hears(/type the code to go on, anything else to leave:/);
    this.type(code);
    await this.types_pin();
    return this.said.text.slice(begin, this.read);
  }
  async refuses(): Promise<void> {
    await this.hears(/type the code to go on, anything else to leave:/);
    this.type("no");
  }
  stop(): Promise<void> {
    return end(this.child);
  }
}
