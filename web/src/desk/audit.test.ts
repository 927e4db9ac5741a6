/// <reference types="node" />
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { en } from "@/i18n/en";
import { zh } from "@/i18n/zh";
import { about, case_deeds, desk_deeds, field_of, verdict_of } from "./audit";
import type { AuditPage } from "./client";

const routes = "../src/api/routes/desk"; // from web/, where the tests run

function page(newest: number, oldest: number, more: Partial<AuditPage["chain"]> = {}): AuditPage {
  const chain = {
    holds: true, looked_at: newest - oldest + 1, newest, oldest, newest_sm3: `h${newest}`, predecessor_sm3: `h${oldest - 1}`,
    reaches_writer: false, checked_at_start: 5, breaks: [], ...more,
  };
  return { entries: [], older: oldest, chain };
}

describe("the deeds that can be asked for", () => {
  it("are all that the desk's routes record, each with words in both languages", () => {
    const source = readdirSync(routes).filter((name) => name.endsWith(".cpp")).map((name) => readFileSync(`${routes}/${name}`, "utf8")).join("");
    const recorded = [...source.matchAll(/record\((?:in\.)?session, "([a-z_.]+)"/g)].map((each) => each[1] ?? "");
    expect(recorded.length).toBeGreaterThan(20);
    expect([...new Set(recorded)].sort()).toEqual([...desk_deeds].sort());
    for (const words of [zh.desk, en.desk]) {
      expect(Object.keys(words.audit.do)).toEqual(expect.arrayContaining(desk_deeds.map((deed) => deed.replaceAll(".", "_"))));
      const events = [...Object.keys(words.event), ...Object.keys(words.event.line).map((each) => `line.${each}`)];
      expect(events).toEqual(expect.arrayContaining(case_deeds.map((deed) => deed.slice("case.".length))));
    }
  });

  it("cannot break in a way that has no words", () => {
    const source = readFileSync("../src/audit/look_back.cpp", "utf8");
    const ids = [...source.matchAll(/"(audit\.[a-z_.]+)"/g)].map((each) => (each[1] ?? "").replaceAll(".", "_"));
    expect(ids.length).toBeGreaterThan(6);
    for (const words of [zh.desk.audit, en.desk.audit]) {
      expect(Object.keys(words.finding)).toEqual(expect.arrayContaining(ids));
    }
  });
});

describe("an entry", () => {
  it("is about a case, and something of it", () => {
    expect(about("YX202611210000017/requester_mobile")).toEqual({ number: "YX202611210000017", rest: "requester_mobile" });
    expect(about("YX202611210000017-1 B99")).toEqual({ number: "YX202611210000017", rest: "-1 B99" });
    expect(about("all")).toEqual({ number: "", rest: "all" });
    expect(about("YX20261121000001799")).toEqual({ number: "", rest: "YX20261121000001799" });
    expect(field_of("lines.2.holder_id_number")).toEqual({ line: "2", field: "holder_id_number" });
    expect(field_of("requester_mobile")).toEqual({ line: "", field: "requester_mobile" });
  });
});

describe("the chain", () => {
  it("holds when every page does, joins the one above, and the first reaches what the house wrote", () => {
    const first = page(300, 201, { reaches_writer: true });
    expect(verdict_of([first, page(200, 101)])).toEqual({ holds: true, newest: 300, oldest: 101, start: 5, breaks: [], unjoined: [] });
    expect(verdict_of([page(300, 201)]).holds).toBe(false);
    expect(verdict_of([]).holds).toBe(false);
    const broken = { sequence: 150, id: "audit.line.edited" };
    expect(verdict_of([first, page(200, 101, { holds: false, breaks: [broken] })])).toMatchObject({ holds: false, breaks: [broken] });
    expect(verdict_of([first, page(200, 101, { newest_sm3: "other" })])).toMatchObject({ holds: false, unjoined: [200] });
  });
});
