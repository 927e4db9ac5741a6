#pragma once
// A page of a stranger's document, drawn in a process of its own (yinxin-page-cell).

#include "view/wire.h"

namespace yinxin::cli {

// `page` from 1. nullopt for a document that kills, outlasts or confuses the process. internal when the process cannot
// be had.
Result<std::optional<view::Answer>> draw_in_cell(const std::string& cell, BytesView file, std::size_t page);

// {"outcome":"drawn", "pages":…, "page":…, "width_mm":…, "height_mm":…, "not_shown":…, "other_fonts":…,
//  "seals":[{"signature":…,"x_mm":…,"y_mm":…,"width_mm":…,"height_mm":…,"drawn":…}], "png":"base64"}, or the outcome
// alone; "failed" for nullopt.
std::string to_json(const std::optional<view::Answer>& answer);

}  // namespace yinxin::cli
