// An office of its own on free ports, in a folder that goes with it: apps/demo/up, with every provider emulated.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../..", import.meta.url));
export const programs = resolve(process.env["YX_PROGRAMS"] ?? join(root, "build/release"));

export interface Office {
  readonly hall: string;
  readonly desk: string;
  /** The soft UKeys of its people, and their PINs. */
  readonly tokens: string;
  readonly user_pin: string;
  readonly project: string;
  /** Address of an emulated provider: "sms", "face", "wechat_pay" … */
  place(name: string): string;
  stop(): Promise<void>;
  /** Closed, a file added to its programmes by both administrators, and open again at the same address. */
  adopt(name: string, programme: (now: string) => string): Promise<void>;
}

async function is_free(port: number): Promise<boolean> {
  return new Promise((tell) => {
    const server = createServer();
    server.once("error", () => tell(false));
    server.listen(port, "127.0.0.1", () => server.close(() => tell(true)));
  });
}
/** The first of `count` free ports that follow each other. */
export async function free_ports(count: number): Promise<number> {
  for (let tries = 0; tries < 200; ++tries) {
    const first = 20_000 + Math.floor(Math.random() * 20_000);
    const all = await Promise.all([...Array(count).keys()].map((n) => is_free(first + n)));
    if (all.every(Boolean)) {
      return first;
    }
  }
  throw new Error("no free ports");
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    await new Promise((done) => child.once("exit", done));
  }
}

/** `apps/demo/up`, once all is open; what it says of its providers goes into `places`. */
async function open_up(words: readonly string[], places: Map<string, string>): Promise<{ child: ChildProcess; project: string }> {
  const child = spawn(join(root, "apps/demo/up"), [...words, "--programs", programs], { stdio: ["ignore", "pipe", "pipe"] });
  const said: string[] = [];
  let project = "";
  await new Promise<void>((open, give_up) => {
    const read = (line: string): void => {
      said.push(line);
      const place = /^ {2}([a-z_]+) (https?:\/\/\S+)$/.exec(line);
      if (place?.[1] && place[2]) {
        places.set(place[1], place[2]);
      }
      project = /projectId ([0-9a-f]{32})/.exec(line)?.[1] ?? project;
      if (line.includes("all is open")) {
        open();
      }
    };
    createInterface({ input: child.stdout }).on("line", read);
    createInterface({ input: child.stderr }).on("line", read);
    child.once("exit", () => give_up(new Error(`the office did not start:\n${said.join("\n")}`)));
  });
  return { child, project };
}

export async function start_office(): Promise<Office> {
  const port = await free_ports(3);
  const folder = mkdtempSync(join(tmpdir(), "yinxin-e2e-"));
  const data = join(folder, "data");
  const programmes = join(folder, "programmes");
  cpSync(join(root, "programmes"), programmes, { recursive: true });
  const file = join(programmes, "sz-works.yaml");
  const words = ["--data", data, "--port", String(port), "--programme", file];
  const places = new Map<string, string>();
  const first = await open_up(words, places);
  let { child } = first;
  const close = async (): Promise<void> => {
    child.kill("SIGTERM");
    await ended(child);
  };
  return {
    hall: `http://127.0.0.1:${port}`,
    desk: `http://127.0.0.1:${port + 1}`,
    tokens: `${data}.demo/tokens`,
    user_pin: "demo-user-pin",
    project: first.project,
    place: (name) => {
      const found = places.get(name);
      if (!found) {
        throw new Error(`no provider ${name}`);
      }
      return found;
    },
    adopt: async (name, programme) => {
      await close();
      const next = join(programmes, name);
      writeFileSync(next, programme(readFileSync(file, "utf8")));
      const profiles = ["--profiles", join(root, "profiles")];
      const manifest = ["--manifest", `${data}.demo/${name}.manifest`];
      const env = { ...process.env, YINXIN_SOFT_TOKENS: `${data}.demo/tokens` };
      const yinxin = (...deed: string[]) => execFileSync(join(programs, "bin/yinxin"), deed, { env });
      for (const administrator of ["administrator-1", "administrator-2"]) {
        yinxin("programme", "sign", next, ...profiles, ...manifest, "--environment", "demo", "--device", administrator, "--pin-file", `${data}.demo/user-pin`);
      }
      yinxin("programme", "adopt", "--data", data, ...profiles, ...manifest, "--passphrase", `${data}.demo/passphrase`);
      ({ child } = await open_up(words, places));
    },
    stop: async () => {
      await close();
      if (existsSync(folder)) {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

/** At a provider's admin door. */
export async function at<T = unknown>(place: string, path: string, body?: unknown): Promise<T> {
  const answered = await fetch(place + path, {
    ...(body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
  });
  if (!answered.ok) {
    throw new Error(`${path} answered ${answered.status}: ${await answered.text()}`);
  }
  const text = await answered.text();
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

interface Message {
  readonly out_id?: string;
  readonly parameters?: Record<string, string>;
}
/** The newest code that this number got by SMS, once one has come that is not `before`. */
export async function sms_code(office: Office, mobile: string, before = ""): Promise<string> {
  for (let tries = 0; tries < 400; ++tries) {
    const messages = await at<Message[]>(office.place("sms"), `/admin/messages?mobile=${mobile}`);
    const code = [...messages].reverse().find((each) => each.parameters?.["code"])?.parameters?.["code"];
    if (code && code !== before) {
      return code;
    }
  }
  throw new Error(`no code came to ${mobile}`);
}
