#pragma once
// What travels in the bodies of an edge's frames: aggregates of plain fields, in the order of their declaration, in one
// form only. The reader believes nothing: the process at the other end may have been taken over.
//
//   Record   = Field*                          each field of an aggregate or tuple, in order
//   Boolean  = 0 | 1                           1 octet
//   Integer  = 8 octets, two's complement      (big-endian; an unsigned one has no sign)
//   Instant  = Integer                         milliseconds since 1970
//   Text     = length 4 octets, UTF-8
//   Octets   = length 4 octets, octets         (an array of a fixed size has no length)
//   Optional = Boolean, then the value if true
//   List     = count 4 octets, items           (a map: pairs, names counting up)
//   Choice   = 1 octet, below its WireChoices  (an enum)

#include <boost/pfr.hpp>
#include <map>
#include <optional>
#include <tuple>

#include "base/bytes.h"
#include "base/text.h"
#include "base/time.h"

namespace yinxin::net {

// How many values an enum has that travels, counted from 0: specialised beside its messages.
template <class Enum>
struct WireChoices;
template <std::uint64_t how_many>
struct Choices {
  static constexpr std::uint64_t count = how_many;
};

namespace wire {

template <class T>
struct Kind;

class Writer {
 public:
  template <class T>
  void put(const T& value) {
    Kind<T>::write(*this, value);
  }
  void number(std::uint64_t value, std::size_t octets) {
    for (std::size_t left = octets; left > 0; --left) {
      out_.push_back(static_cast<std::uint8_t>(value >> (8 * (left - 1))));
    }
  }
  void octets(BytesView some) { append(out_, some); }
  Bytes take() { return std::move(out_); }

 private:
  Bytes out_;
};

class Reader {
 public:
  explicit Reader(BytesView in) : in_(in) {}
  template <class T>
  Result<T> get() {
    return Kind<T>::read(*this);
  }
  // The next field into its place, as long as all before it were read.
  template <class T>
  void take(T& field, Result<void>& all) {
    if (!all) {
      return;
    }
    auto read = get<T>();
    if (read) {
      field = std::move(*read);
    } else {
      all = read.error();
    }
  }
  Result<std::uint64_t> number(std::size_t octets) {
    YX_TRY(const BytesView some, this->octets(octets));
    std::uint64_t value = 0;
    for (const std::uint8_t octet : some) {
      value = value << 8U | octet;
    }
    return value;
  }
  Result<BytesView> octets(std::size_t size) {
    if (size > in_.size()) {
      return fail(ErrorCode::corrupt, "edge.body");
    }
    const BytesView some = in_.first(size);
    in_ = in_.subspan(size);
    return some;
  }
  // How many items follow: every item has an octet at least, so that no memory is had for a promise.
  Result<std::size_t> count() {
    YX_TRY(const std::uint64_t many, number(4));
    if (many > in_.size()) {
      return fail(ErrorCode::corrupt, "edge.body");
    }
    return static_cast<std::size_t>(many);
  }
  [[nodiscard]] Result<void> finish() const {
    return in_.empty() ? Result<void>() : Result<void>(fail(ErrorCode::corrupt, "edge.body"));
  }

 private:
  BytesView in_;
};

constexpr std::size_t integer_octets = 8;

template <>
struct Kind<bool> {
  static void write(Writer& out, bool value) { out.number(value ? 1 : 0, 1); }
  static Result<bool> read(Reader& in) {
    YX_TRY(const std::uint64_t value, in.number(1));
    return value > 1 ? Result<bool>(fail(ErrorCode::corrupt, "edge.body")) : Result<bool>(value == 1);
  }
};

template <std::integral T>
struct Kind<T> {
  static void write(Writer& out, T value) { out.number(static_cast<std::uint64_t>(value), integer_octets); }
  static Result<T> read(Reader& in) {
    YX_TRY(const std::uint64_t value, in.number(integer_octets));
    const T read = static_cast<T>(value);
    return static_cast<std::uint64_t>(read) == value ? Result<T>(read)
                                                     : Result<T>(fail(ErrorCode::corrupt, "edge.body"));
  }
};

template <class T>
  requires std::is_enum_v<T>
struct Kind<T> {
  static void write(Writer& out, T value) { out.number(static_cast<std::uint64_t>(value), 1); }
  static Result<T> read(Reader& in) {
    YX_TRY(const std::uint64_t value, in.number(1));
    return value < WireChoices<T>::count ? Result<T>(static_cast<T>(value))
                                         : Result<T>(fail(ErrorCode::corrupt, "edge.body"));
  }
};

template <>
struct Kind<Instant> {
  static void write(Writer& out, Instant value) { out.put(to_unix_ms(value)); }
  static Result<Instant> read(Reader& in) {
    YX_TRY(const auto ms, in.get<std::int64_t>());
    return from_unix_ms(ms);
  }
};

template <>
struct Kind<Bytes> {
  static void write(Writer& out, const Bytes& value) {
    out.number(value.size(), 4);
    out.octets(value);
  }
  static Result<Bytes> read(Reader& in) {
    YX_TRY(const std::size_t size, in.count());
    YX_TRY(const BytesView some, in.octets(size));
    return to_bytes(some);
  }
};

template <>
struct Kind<std::string> {
  static void write(Writer& out, const std::string& value) {
    out.number(value.size(), 4);
    out.octets(bytes_of(value));
  }
  static Result<std::string> read(Reader& in) {
    YX_TRY(const std::size_t size, in.count());
    YX_TRY(const BytesView some, in.octets(size));
    return is_utf8(text_of(some)) ? Result<std::string>(std::string(text_of(some)))
                                  : Result<std::string>(fail(ErrorCode::corrupt, "edge.body"));
  }
};

template <std::size_t size>
struct Kind<std::array<std::uint8_t, size>> {
  static void write(Writer& out, const std::array<std::uint8_t, size>& value) { out.octets(value); }
  static Result<std::array<std::uint8_t, size>> read(Reader& in) {
    YX_TRY(const BytesView some, in.octets(size));
    std::array<std::uint8_t, size> value{};
    std::ranges::copy(some, value.begin());
    return value;
  }
};

template <class T>
struct Kind<std::optional<T>> {
  static void write(Writer& out, const std::optional<T>& value) {
    out.put(value.has_value());
    if (value) {
      out.put(*value);
    }
  }
  static Result<std::optional<T>> read(Reader& in) {
    YX_TRY(const bool is_there, in.get<bool>());
    if (!is_there) {
      return std::optional<T>();
    }
    YX_TRY(T value, in.get<T>());
    return std::optional<T>(std::move(value));
  }
};

template <class T>
struct Kind<std::vector<T>> {
  static void write(Writer& out, const std::vector<T>& value) {
    out.number(value.size(), 4);
    for (const T& one : value) {
      out.put(one);
    }
  }
  static Result<std::vector<T>> read(Reader& in) {
    YX_TRY(const std::size_t count, in.count());
    std::vector<T> value;
    for (std::size_t n = 0; n < count; ++n) {
      YX_TRY(T one, in.get<T>());
      value.push_back(std::move(one));
    }
    return value;
  }
};

template <class T>
struct Kind<std::map<std::string, T>> {
  static void write(Writer& out, const std::map<std::string, T>& value) {
    out.number(value.size(), 4);
    for (const auto& [name, one] : value) {
      out.put(name);
      out.put(one);
    }
  }
  static Result<std::map<std::string, T>> read(Reader& in) {
    YX_TRY(const std::size_t count, in.count());
    std::map<std::string, T> value;
    for (std::size_t n = 0; n < count; ++n) {
      YX_TRY(std::string name, in.get<std::string>());
      YX_TRY(T one, in.get<T>());
      if (!value.empty() && value.rbegin()->first >= name) {
        return fail(ErrorCode::corrupt, "edge.body");
      }
      value.emplace_hint(value.end(), std::move(name), std::move(one));
    }
    return value;
  }
};

template <class A, class B>
struct Kind<std::pair<A, B>> {
  static void write(Writer& out, const std::pair<A, B>& value) {
    out.put(value.first);
    out.put(value.second);
  }
  static Result<std::pair<A, B>> read(Reader& in) {
    YX_TRY(A first, in.get<A>());
    YX_TRY(B second, in.get<B>());
    return std::pair<A, B>(std::move(first), std::move(second));
  }
};

template <class... T>
struct Kind<std::tuple<T...>> {
  static void write(Writer& out, const std::tuple<T...>& value) {
    std::apply([&](const T&... each) { (out.put(each), ...); }, value);
  }
  static Result<std::tuple<T...>> read(Reader& in) {
    std::tuple<T...> value;
    Result<void> all;
    std::apply([&](T&... each) { (in.take(each, all), ...); }, value);
    return all ? Result<std::tuple<T...>>(std::move(value)) : Result<std::tuple<T...>>(all.error());
  }
};

template <class T>
  requires std::is_aggregate_v<T>
struct Kind<T> {
  static void write(Writer& out, const T& value) {
    boost::pfr::for_each_field(value, [&](const auto& field) { out.put(field); });
  }
  static Result<T> read(Reader& in) {
    T value{};
    Result<void> all;
    boost::pfr::for_each_field(value, [&](auto& field) { in.take(field, all); });
    return all ? Result<T>(std::move(value)) : Result<T>(all.error());
  }
};

}  // namespace wire

template <class T>
Bytes to_body(const T& value) {
  wire::Writer out;
  out.put(value);
  return out.take();
}

// corrupt "edge.body" for anything that to_body() does not write.
template <class T>
Result<T> from_body(BytesView body) {
  wire::Reader in(body);
  YX_TRY(T value, in.get<T>());
  YX_CHECK(in.finish());
  return value;
}

// Asks over an edge, or whatever has its call(verb, body): what is asked, field by field, and the answer.
template <class Answer, class Way, class... Asked>
Result<Answer> ask(Way& way, std::uint16_t verb, const Asked&... asked) {
  YX_TRY(const Bytes answer, way.call(verb, to_body(std::tuple<Asked...>(asked...))));
  if constexpr (std::is_void_v<Answer>) {
    return answer.empty() ? Result<void>() : Result<void>(fail(ErrorCode::corrupt, "edge.body"));
  } else {
    return from_body<Answer>(answer);
  }
}

// What hears it: deed(Asked…) → Result<Answer>.
template <class... Asked, class Deed>
auto hear(Deed deed) {
  return [deed](BytesView body) -> Result<Bytes> {
    YX_TRY(const auto asked, from_body<std::tuple<Asked...>>(body));
    auto answer = std::apply(deed, asked);
    if (!answer) {
      return answer.error();
    }
    if constexpr (std::is_void_v<typename decltype(answer)::value_type>) {
      return Bytes();
    } else {
      return to_body(*answer);
    }
  };
}

}  // namespace yinxin::net
