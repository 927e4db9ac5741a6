#include "hall/programme/tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>

#include "hall/programme/words.h"

namespace yinxin::hall::programme {
namespace {

struct Refused {
  std::string id;
  YAML::Mark at;
};

class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(Node& root) : root_(root) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    leaf(mark, anchor, {}, Node::Kind::empty, false);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { throw Refused{"yaml.alias", mark}; }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (tag != "?" && tag != "!" && !tag.empty()) {
      throw Refused{"yaml.tag", mark};
    }
    if (value.size() > max_text_bytes) {
      throw Refused{"yaml.long_text", mark};
    }
    const bool null = tag != "!" && (value == "null" || value == "~" || value.empty());
    leaf(mark, anchor, value, null ? Node::Kind::empty : Node::Kind::scalar, tag == "!");
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::map);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    Node node;
    bool has_key = false;
    std::string key{};
    int key_line = 0;
    int key_column = 0;
  };

  void count(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0) {
      throw Refused{"yaml.alias", mark};
    }
    if (++nodes_ > max_nodes) {
      throw Refused{"yaml.too_many", mark};
    }
  }
  void leaf(const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& text, Node::Kind kind, bool quoted) {
    count(mark, anchor);
    if (!frames_.empty() && frames_.back().node.kind == Node::Kind::map && !frames_.back().has_key) {
      take_key(mark, text);
      return;
    }
    Node node;
    node.kind = kind;
    node.text = text;
    node.quoted = quoted;
    node.line = mark.line + 1;
    node.column = mark.column + 1;
    place(std::move(node));
  }
  void take_key(const YAML::Mark& mark, const std::string& text) {
    Frame& frame = frames_.back();
    for (const auto& entry : frame.node.entries) {
      if (entry.key == text) {
        throw Refused{"yaml.duplicate_key", mark};
      }
    }
    frame.has_key = true;
    frame.key = text;
    frame.key_line = mark.line + 1;
    frame.key_column = mark.column + 1;
  }
  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Kind kind) {
    count(mark, anchor);
    if (tag != "?" && tag != "!" && !tag.empty()) {
      throw Refused{"yaml.tag", mark};
    }
    if (frames_.size() >= max_depth) {
      throw Refused{"yaml.too_deep", mark};
    }
    if (!frames_.empty() && frames_.back().node.kind == Node::Kind::map && !frames_.back().has_key) {
      throw Refused{"yaml.key_not_text", mark};
    }
    Frame frame;
    frame.node.kind = kind;
    frame.node.line = mark.line + 1;
    frame.node.column = mark.column + 1;
    frames_.push_back(std::move(frame));
  }
  void close() {
    Node node = std::move(frames_.back().node);
    frames_.pop_back();
    place(std::move(node));
  }
  void place(Node node) {
    if (frames_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = frames_.back();
    frame.node.entries.push_back({std::move(frame.key), frame.key_line, frame.key_column, std::move(node)});
    frame.key.clear();
    frame.has_key = false;
  }

  Node& root_;
  std::vector<Frame> frames_;
  std::size_t nodes_ = 0;
};

}  // namespace

Node read_tree(std::string_view text, std::vector<Finding>& findings) {
  Node root;
  if (text.size() > max_file_bytes) {
    findings.push_back(finding("yaml.too_large", 0, 0, {std::to_string(max_file_bytes)}));
    return root;
  }
  if (text.find('\0') != std::string_view::npos || !is_utf8(text)) {
    findings.push_back(finding("yaml.not_utf8", 0, 0, {}));
    return root;
  }
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    Builder builder(root);
    if (!parser.HandleNextDocument(builder)) {
      findings.push_back(finding("yaml.empty", 1, 1, {}));
      return root;
    }
    Node second;
    Builder ignored(second);
    if (parser.HandleNextDocument(ignored)) {
      findings.push_back(finding("yaml.two_documents", second.line, second.column, {}));
    }
  } catch (const Refused& refused) {
    findings.push_back(finding(refused.id, refused.at.line + 1, refused.at.column + 1, {}));
  } catch (const YAML::ParserException& error) {
    findings.push_back(finding("yaml.syntax", error.mark.line + 1, error.mark.column + 1, {error.msg}));
  } catch (const std::exception& error) {
    findings.push_back(finding("yaml.syntax", 0, 0, {error.what()}));
  }
  return root;
}

}  // namespace yinxin::hall::programme
