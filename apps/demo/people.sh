# The office of a demonstration: its people with their soft UKeys, its ceremony, its programme. Sourced by `main_job` and
# `up`; expects run, yinxin, source_root, work, data, port, user_pin, admin_pin, holder_pin and YINXIN_SOFT_TOKENS.

office() { "$yinxin" "$@" --data "$data" --profiles "$source_root/profiles" --passphrase "$work/passphrase"; }

ukey() {  # ukey NAME SERIAL : a soft UKey as intake leaves it
  run "$yinxin" token init --create --device "$1" --serial "$2" --label "$1" --container approval --container main \
    --user-pin-file "$work/user-pin" --admin-pin-file "$work/admin-pin" --new-device-key "$work/$1.device-key"
}
# name | role | resident identity number (of nobody: the check digits are right)
people() {
  cat <<'TABLE'
registration|registration_officer|11010519491231002X
review|review_officer|440524188001010014
production|production_officer|110105199003070017
administrator-1|system_administrator|110105199003070033
administrator-2|security_administrator|11010519900307005X
custodian-1|custodian|110105199003070113
custodian-2|custodian|11010519900307013X
custodian-3|custodian|110105199003070156
custodian-4|custodian|110105199003070172
custodian-5|custodian|110105199003070199
TABLE
}
tokens_and_roster() {
  local name role id serial=0
  mkdir -p "$YINXIN_SOFT_TOKENS" "$work/roster"
  printf '%s\n' "$user_pin" >"$work/user-pin"
  printf '%s\n' "$admin_pin" >"$work/admin-pin"
  printf '%s\n' "$holder_pin" >"$work/holder-pin"
  printf 'a passphrase for the demo\n' >"$work/passphrase"
  printf 'another passphrase for the root\n' >"$work/root-passphrase"
  printf 'a passphrase for the station\n' >"$work/station-passphrase"
  chmod 600 "$work"/*pin "$work"/*passphrase
  while IFS='|' read -r name role id; do
    serial=$((serial + 1))
    ukey "$name" "OFFICER-$serial" || return 1
    run "$yinxin" officer request --device "$name" --pin-file "$work/user-pin" --name "演示 $name" --role "$role" \
      --resident-id "$id" --request "$work/roster/$name.csr" --roster "$work/roster/roster.json" </dev/null || return 1
  done < <(people)
  run "$yinxin" officer station --name 制证站一 --key "$work/station.key" --passphrase "$work/station-passphrase" \
    --request "$work/roster/station.csr" --roster "$work/roster/roster.json" || return 1
  ukey holder HOLDER-0001
}
hold_ceremony() {
  run "$yinxin" init --data "$data" --root "$work/root" --profiles "$source_root/profiles" \
    --passphrase "$work/passphrase" --root-passphrase "$work/root-passphrase" --organization 印信演示认证中心 \
    --environment demo --address "http://127.0.0.1:$port" --officers "$work/roster/roster.json"
}
install_certificates() {
  local name role id place=0 beside
  while IFS='|' read -r name role id; do
    place=$((place + 1))
    beside=()
    [ "$role" != custodian ] || beside=(--envelope "$data/handout/officer-$place.envelope")
    [ ! -e "$data/public/login-$place.cer" ] || beside=(--login-certificate "$data/public/login-$place.cer")
    run "$yinxin" officer install --device "$name" --pin-file "$work/user-pin" \
      --certificate "$data/public/officer-$place.cer" "${beside[@]}" </dev/null || return 1
  done < <(people)
}
signed_by() {  # signed_by ADMINISTRATOR : the programme sz-works
  run "$yinxin" programme sign "$source_root/programmes/sz-works.yaml" --profiles "$source_root/profiles" \
    --environment demo --manifest "$work/sz-works.manifest" --device "$1" --pin-file "$work/user-pin"
}
write_sender() {
  printf '{"name":"制证中心","phone":"0755-4001123838","state":"广东省","locality":"深圳市","district":"福田区","street":"样例路1号","company":"印信演示认证中心"}\n' >"$work/sender.json"
}
