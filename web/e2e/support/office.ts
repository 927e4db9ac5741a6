// An office of its own on free ports, in a folder that goes with it: apps/demo/up, with every provider emulated.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";
import { end, free_ports, Said } from "./process";

export const root = fileURLToPath(new URL("../../..", import.meta.url));
export const programs = resolve(process.env["YX_PROGRAMS"] ?? join(root, "build/release"));

export interface Office {
  readonly folder: string;
  /** What its people have: soft UKeys, certificates that were handed out. */
  readonly demo: string;
  readonly port: number;
  readonly hall: string;
  readonly desk: string;
  readonly project: string;
  /** Addresses of the emulated providers by name: "sms", "face", "wechat_pay" … */
  readonly places: ReadonlyMap<string, string>;
  place(name: string): string;
  /** Closed, a file added to its programmes by both administrators, and open again at the same address. */
  adopt(name: string, programme: (now: string) => string): Promise<void>;
  /** Closed, and open again at the same address with every clock that many days further on. */
  let_pass(days: number): Promise<void>;
  stop(): Promise<void>;
}
export const user_pin = "demo-user-pin"; // of apps/demo/people.sh

/** `apps/demo/up`, once all is open. */
async function open_up(words: readonly string[], days_ahead = 0): Promise<{ child: ChildProcess; said: Said }> {
  // tests/web/clock_ahead.cpp
  const ahead = { LD_PRELOAD: join(programs, "lib/libyinxin_clock_ahead.so"), YX_CLOCK_AHEAD_S: String(days_ahead * 86_400) };
  const env = { ...process.env, ...(days_ahead > 0 ? ahead : {}) };
  const child = spawn(join(root, "apps/demo/up"), [...words, "--programs", programs], { env, stdio: ["ignore", "pipe", "pipe"] });
  const said = new Said(child);
  await said.until(/all is open/);
  return { child, said };
}
const providers_of = (said: Said): [string, string][] =>
  [...said.text.matchAll(/^ {2}([a-z_]+) (https?:\/\/\S+)$/gm)].map((each) => [each[1] ?? "", each[2] ?? ""]);

/** `banks`: the operator's table, in place of the one that is shipped. */
export interface OfficeWish {
  readonly banks?: string;
}
export async function start_office(wish: OfficeWish = {}): Promise<Office> {
  const port = await free_ports(4);
  const folder = mkdtempSync(join(tmpdir(), "yinxin-e2e-"));
  const data = join(folder, "data");
  const demo = `${data}.demo`;
  const programmes = join(folder, "programmes");
  cpSync(join(root, "programmes"), programmes, { recursive: true });
  if (wish.banks !== undefined) {
    writeFileSync(join(programmes, "banks", "china.tsv"), wish.banks);
  }
  const file = join(programmes, "sz-works.yaml");
  const words = ["--data", data, "--port", String(port), "--programme", file];
  let { child, said } = await open_up(words);
  let days_ahead = 0;
  const open_again = async (): Promise<void> => {
    ({ child, said } = await open_up(words, days_ahead));
    providers_of(said).forEach(([provider, place]) => places.set(provider, place));
  };
  const places = new Map(providers_of(said));
  return {
    folder,
    demo,
    port,
    hall: `http://127.0.0.1:${port}`,
    desk: `http://127.0.0.1:${port + 1}`,
    project: /projectId ([0-9a-f]{32})/.exec(said.text)?.[1] ?? "",
    places,
    place: (name) => {
      const found = places.get(name);
      if (!found) {
        throw new Error(`no provider ${name} in:\n${said.text}`);
      }
      return found;
    },
    adopt: async (name, programme) => {
      await end(child);
      const next = join(programmes, name);
      writeFileSync(next, programme(readFileSync(file, "utf8")));
      const common = ["--profiles", join(root, "profiles"), "--manifest", join(demo, `${name}.manifest`)];
      const env = { ...process.env, YINXIN_SOFT_TOKENS: join(demo, "tokens") };
      const yinxin = (...deed: string[]): Buffer => execFileSync(join(programs, "bin/yinxin"), ["programme", ...deed, ...common], { env });
      for (const administrator of ["administrator-1", "administrator-2"]) {
        yinxin("sign", next, "--environment", "demo", "--device", administrator, "--pin-file", join(demo, "user-pin"));
      }
      yinxin("adopt", "--data", data, "--passphrase", join(demo, "passphrase"));
      await open_again();
    },
    let_pass: async (days) => {
      await end(child);
      days_ahead += days;
      await open_again();
    },
    stop: async () => {
      await end(child);
      rmSync(folder, { recursive: true, force: true });
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
/** The newest word of this name that the number got by SMS, once one has come that is not `before`. */
export async function by_sms(office: Office, mobile: string, name: string, before = ""): Promise<string> {
  let word: string | undefined;
  await vi.waitUntil(async () => {
    const messages = await at<Message[]>(office.place("sms"), `/admin/messages?mobile=${mobile}`);
    word = [...messages].reverse().find((each) => each.parameters?.[name])?.parameters?.[name];
    return word !== undefined && word !== before;
  }, { timeout: 30_000, interval: 20 });
  return word ?? "";
}
export const sms_code = async (office: Office, mobile: string, before = ""): Promise<string> => by_sms(office, mobile, "code", before);
