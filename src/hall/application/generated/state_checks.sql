-- Made from the tables in src/hall/application/ by yinxin-lives; do not edit.
-- case state
CHECK (state IN ('draft', 'proving_identity', 'awaiting_payment', 'awaiting_funds', 'awaiting_account_proof', 'awaiting_paper', 'awaiting_acceptance', 'awaiting_review', 'approved', 'in_production', 'ready', 'shipped', 'handed_over', 'returned', 'completed', 'withdrawn', 'expired', 'refused'))
-- line state
CHECK (state IN ('checked', 'struck_out', 'keying', 'issuing', 'writing', 'written', 'activated', 'done', 'failed'))
-- payment state
CHECK (state IN ('due', 'under_way', 'announced', 'paid', 'void', 'in_question'))
-- refund state
CHECK (state IN ('asked', 'granted', 'sent', 'uncertain', 'settled', 'declined'))
-- identity state
CHECK (state IN ('open', 'running', 'manual', 'passed', 'failed'))
-- micro_deposit state
CHECK (state IN ('asked', 'sent', 'uncertain', 'settled', 'returned', 'proven', 'replaced'))
-- delivery state
CHECK (state IN ('packed', 'on_the_way', 'delivered', 'came_back', 'lost'))
-- parcel state
CHECK (state IN ('announced', 'arrived', 'incomplete', 'in_custody', 'sent_back', 'never_came'))
-- invoice state
CHECK (state IN ('due', 'uncertain', 'issued', 'reversed', 'kept', 'none'))
