#pragma once
// A case as its requester's page reads it.

#include "api/json_names.h"
#include "hall/street/street.h"

namespace yinxin::api {

boost::json::object case_view(const hall::Stand& stand, const hall::Offer& offer);
// What is news about a case: where it stands, and the timeline from `from` on; no answers.
boost::json::object case_news_view(const hall::Dossier& dossier, std::size_t from);
// What was agreed to, when, from where and by whom; the texts where they are asked for.
boost::json::array consents_view(const std::vector<hall::ConsentShown>& consents, bool with_texts);
// How the legal representative was seen in place of the account; for officers.
boost::json::object legal_check_view(const std::optional<hall::LegalCheck>& check);
boost::json::object banks_view(const hall::BankDirectory& directory, const hall::BankSearch& search);
boost::json::array case_list(const std::vector<hall::DossierSummary>& cases);
// What there is to choose from, in a few words each; closed programmes too.
boost::json::array offer_list(const std::vector<std::shared_ptr<const hall::Offer>>& offers);
boost::json::object offer_view(const hall::Offer& offer);
// The state, whose turn it is and until when, the chain of steps, and what happened in words.
boost::json::object progress_view(const hall::Dossier& dossier, const hall::WorkingDays& days, Instant now);
boost::json::object phone_view(const hall::PhoneView& view);

}  // namespace yinxin::api
