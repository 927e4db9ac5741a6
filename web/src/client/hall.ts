// The hall's own interface: one client, and the names of what it speaks of.
import { client_of } from "./ask";
import type { components, paths } from "./hall.generated";
import { type Problem, problem_of, unreachable } from "./problem";

type Schemas = components["schemas"];
export type Case = Schemas["Case"];
export type CaseNews = Schemas["CaseNews"];
export type CaseSummary = Schemas["CaseSummary"];
export type Closing = Schemas["Closing"];
export type CodeSent = Schemas["CodeSent"];
export type Consents = Schemas["Consents"];
export type EntryField = Schemas["EntryField"];
export type Identity = Schemas["Identity"];
export type MadeLine = Schemas["MadeLine"];
export type Material = Schemas["Material"];
export type Offer = Schemas["Offer"];
export type Order = Schemas["Order"];
export type PhoneView = Schemas["PhoneView"];
export type Programme = Schemas["Programme"];
export type Progress = Schemas["Progress"];
export type ProjectSummary = Schemas["ProjectSummary"];
export type Said = Schemas["Said"];
export type Session = Schemas["Session"];
export type Standing = Schemas["Standing"];
export type State = Schemas["State"];
export type Upload = Schemas["Upload"];

export const hall = client_of<paths>();

/** In the language of the page. */
export function said(words: { message: string; message_en: string }, locale: string): string {
  return locale.startsWith("en") ? words.message_en : words.message;
}

export type Sent = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: Problem };

/** Sends a file, and tells how much of it has gone (0 to 1): fetch() cannot. */
export function send_file(
  path: string,
  file: Blob,
  marks: Record<string, string> = {},
  on_progress: (share: number) => void = () => undefined,
): Promise<Sent> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("PUT", path);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-Yinxin-Page", "1");
    for (const [name, value] of Object.entries(marks)) {
      request.setRequestHeader(name, value);
    }
    request.upload.onprogress = (event) => on_progress(event.lengthComputable ? event.loaded / event.total : 0);
    request.onload = () => {
      let body: unknown;
      try {
        body = JSON.parse(request.responseText);
      } catch {
        body = undefined;
      }
      const is_good = request.status >= 200 && request.status < 300;
      resolve(is_good ? { ok: true, value: body } : { ok: false, problem: problem_of(request.status, body) });
    };
    request.onerror = () => resolve({ ok: false, problem: unreachable });
    request.send(file);
  });
}
