import { zh_desk } from "./zh_desk";
import { zh_verify } from "./zh_verify";

import { zh_hall } from "./zh_hall";
import { zh_phone } from "./zh_phone";
export const zh = {
  common: {
    next: "下一步",
    back: "上一步",
    close: "关闭",
    retry: "重试",
    loading: "加载中…",
    language: "English",
  },
  desk: zh_desk,
  verify: zh_verify,
  hall: zh_hall,
  phone: zh_phone,
};
