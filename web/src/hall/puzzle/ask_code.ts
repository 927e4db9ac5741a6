// A code by SMS, with the work that it costs done first. Nobody is asked to do anything.
import { type Answer, answer_to } from "@/client/ask";
import { type CodeSent, hall } from "@/client/hall";
import { unsolved } from "@/client/problem";
import { proof_of } from "./proof";

// The server has started anew meanwhile, or this page was asleep: a fresh puzzle is all that is wanted.
const asks_anew = (reason: string): boolean => reason === "puzzle.unknown" || reason === "puzzle.expired";

async function ask_once(mobile: string): Promise<Answer<CodeSent>> {
  const given = await answer_to(hall.POST("/api/v1/login/puzzles"));
  if (!given.ok) {
    return given;
  }
  let proof: string;
  try {
    proof = await proof_of(given.value);
  } catch {
    return { ok: false, problem: unsolved };
  }
  return answer_to(hall.POST("/api/v1/login/codes", { body: { mobile, puzzle: given.value.puzzle, proof } }));
}

export async function ask_code(mobile: string): Promise<Answer<CodeSent>> {
  const first = await ask_once(mobile);
  return !first.ok && asks_anew(first.problem.reason) ? ask_once(mobile) : first;
}
