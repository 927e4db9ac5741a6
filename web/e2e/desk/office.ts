// An office of the demonstration for a browser, with a requester and the agent of its officers.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const programs = process.env["YX_PROGRAMS"] ?? join(root, "build", "release");
export const user_pin = "demo-user-pin"; // of apps/demo/up
const run_file = promisify(execFile);

/** Three ports side by side that are free now: hall, desk, papers. */
async function free_ports(): Promise<number> {
  const is_free = (port: number) =>
    new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if ((await is_free(port)) && (await is_free(port + 1)) && (await is_free(port + 2))) {
      return port;
    }
  }
}

/** What a process says, and whoever waits for words in it. */
class Said {
  text = "";
  private readonly hearers = new Set<() => void>();
  constructor(private readonly child: ChildProcess) {
    const hear = (chunk: Buffer) => {
      this.text += chunk.toString("utf8");
      this.hearers.forEach((each) => each());
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.once("exit", () => this.hearers.forEach((each) => each()));
  }
  /** The part from `from` on that matches. Fails when the process ends without saying it. */
  async until(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.text.slice(from));
      if (found !== null) {
        return found;
      }
      if (this.child.exitCode !== null) {
        throw new Error(`ended without saying ${pattern}: ${this.text.slice(-2000)}`);
      }
      await new Promise<void>((resolve) => {
        const once = () => {
          this.hearers.delete(once);
          resolve();
        };
        this.hearers.add(once);
      });
    }
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    await new Promise<void>((resolve) => {
      child.once("exit", () => resolve());
      child.kill("SIGTERM");
    });
  }
}

/** The agent in a terminal of its own, and the person who reads and types there. */
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
  async consents(): Promise<void> {
    await this.hears(/y to allow, n to refuse:/);
    this.type("y");
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
    return ended(this.child);
  }
}

export class Office {
  private constructor(readonly folder: string, readonly port: number, private readonly child: ChildProcess | null, private readonly places: string) {}
  get demo(): string {
    return join(this.folder, "data.demo");
  }
  get hall(): string {
    return `http://127.0.0.1:${this.port}`;
  }
  get desk(): string {
    return `http://127.0.0.1:${this.port + 1}`;
  }

  static async start(): Promise<Office> {
    const folder = mkdtempSync(join(tmpdir(), "yx-desk-"));
    const port = await free_ports();
    const child = spawn(join(root, "apps", "demo", "up"), ["--data", join(folder, "data"), "--port", String(port), "--programs", programs]);
    const said = new Said(child);
    await said.until(/all is open/);
    const places = join(folder, "places");
    writeFileSync(places, said.text.split("\n").filter((line) => /^ {2}[a-z_]+ http:\/\//.test(line)).join("\n") + "\n");
    return new Office(folder, port, child, places);
  }
  /** A requester hands a case in, as far as the officers; its number. */
  async case_of(seed: number): Promise<string> {
    const values = join(this.folder, `values-${seed}`);
    const project = await this.project();
    const step = (...words: string[]) =>
      run_file(join(programs, "bin", "demo-customer"), [
        "--memory", join(this.folder, `memory-${seed}`), "--hall", this.hall, "--places", this.places, "--seed", String(seed), "--project", project, ...words,
      ]);
    await step("apply", join(this.folder, `form-${seed}.pdf`), values);
    await step("papers");
    await step("identity");
    await step("pay");
    await step("wait", "awaiting_acceptance");
    return readFileSync(values, "utf8").trim().split("\n").at(-1) ?? "";
  }
  private async project(): Promise<string> {
    const told = await run_file(join(programs, "bin", "yinxin"), ["programme", "check", "--json", join(root, "programmes", "sz-works.yaml")]);
    return /"project_id":"([^"]*)"/.exec(told.stdout)?.[1] ?? "";
  }
  async stop(): Promise<void> {
    if (this.child !== null) {
      await ended(this.child);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
