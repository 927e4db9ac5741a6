import { en_desk } from "./en_desk";
import { en_verify } from "./en_verify";
import type { Words } from "./index";
import type { zh } from "./zh";
import { en_hall } from "./en_hall";
import { en_phone } from "./en_phone";

export const en: Words<typeof zh> = {
  common: {
    next: "Next",
    back: "Back",
    close: "Close",
    retry: "Try again",
    loading: "Loading…",
    language: "中文",
  },
  desk: en_desk,
  verify: en_verify,
  hall: en_hall,
  phone: en_phone,
};
