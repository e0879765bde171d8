// JSON: a hand-written parser and printer over a document of records.
use std::fmt::Write;
use std::time::Instant;

const RECORDS: i64 = 10_000;
const ROUNDS: i64 = 5;

enum Json {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

#[derive(Debug)]
#[allow(dead_code)]
enum Mistake {
    Unexpected(usize),
    End,
}

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Parser<'a> {
    fn skip_space(&mut self) {
        while self.at < self.text.len() {
            let byte = self.text[self.at];
            if byte != b' ' && byte != b'\n' && byte != b'\t' && byte != b'\r' {
                return;
            }
            self.at += 1;
        }
    }

    fn peek(&self) -> Result<u8, Mistake> {
        if self.at >= self.text.len() {
            return Err(Mistake::End);
        }
        Ok(self.text[self.at])
    }

    fn expect(&mut self, byte: u8) -> Result<(), Mistake> {
        if self.at >= self.text.len() || self.text[self.at] != byte {
            return Err(Mistake::Unexpected(self.at));
        }
        self.at += 1;
        Ok(())
    }

    fn word(&mut self, word: &str, value: Json) -> Result<Json, Mistake> {
        for &byte in word.as_bytes() {
            self.expect(byte)?;
        }
        Ok(value)
    }

    fn value(&mut self) -> Result<Json, Mistake> {
        self.skip_space();
        match self.peek()? {
            b'{' => self.object(),
            b'[' => self.array(),
            b'"' => Ok(Json::Text(self.string()?)),
            b't' => self.word("true", Json::Bool(true)),
            b'f' => self.word("false", Json::Bool(false)),
            b'n' => self.word("null", Json::Null),
            _ => self.number(),
        }
    }

    fn object(&mut self) -> Result<Json, Mistake> {
        self.expect(b'{')?;
        let mut members = Vec::new();
        self.skip_space();
        if self.peek()? == b'}' {
            self.at += 1;
            return Ok(Json::Object(members));
        }
        loop {
            self.skip_space();
            let name = self.string()?;
            self.skip_space();
            self.expect(b':')?;
            let value = self.value()?;
            members.push((name, value));
            self.skip_space();
            let byte = self.peek()?;
            self.at += 1;
            if byte == b'}' {
                return Ok(Json::Object(members));
            }
            if byte != b',' {
                return Err(Mistake::Unexpected(self.at));
            }
        }
    }

    fn array(&mut self) -> Result<Json, Mistake> {
        self.expect(b'[')?;
        let mut elements = Vec::new();
        self.skip_space();
        if self.peek()? == b']' {
            self.at += 1;
            return Ok(Json::Array(elements));
        }
        loop {
            elements.push(self.value()?);
            self.skip_space();
            let byte = self.peek()?;
            self.at += 1;
            if byte == b']' {
                return Ok(Json::Array(elements));
            }
            if byte != b',' {
                return Err(Mistake::Unexpected(self.at));
            }
        }
    }

    fn string(&mut self) -> Result<String, Mistake> {
        self.expect(b'"')?;
        let mut result = String::new();
        loop {
            let from = self.at;
            while self.at < self.text.len()
                && self.text[self.at] != b'"'
                && self.text[self.at] != b'\\'
            {
                self.at += 1;
            }
            // The document came in as text, and the cuts are at ASCII characters.
            result.push_str(unsafe { std::str::from_utf8_unchecked(&self.text[from..self.at]) });
            let byte = self.peek()?;
            self.at += 1;
            if byte == b'"' {
                return Ok(result);
            }
            let escaped = self.peek()?;
            self.at += 1;
            result.push(if escaped == b'n' { '\n' } else { escaped as char });
        }
    }

    fn number(&mut self) -> Result<Json, Mistake> {
        let from = self.at;
        while self.at < self.text.len() {
            let byte = self.text[self.at];
            if !matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e') {
                break;
            }
            self.at += 1;
        }
        let text = unsafe { std::str::from_utf8_unchecked(&self.text[from..self.at]) };
        text.parse().map(Json::Number).map_err(|_| Mistake::Unexpected(from))
    }
}

fn parse(text: &str) -> Result<Json, Mistake> {
    let mut parser = Parser { text: text.as_bytes(), at: 0 };
    let value = parser.value()?;
    parser.skip_space();
    if parser.at < text.len() {
        return Err(Mistake::Unexpected(parser.at));
    }
    Ok(value)
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    let mut from = 0;
    for (i, &byte) in text.as_bytes().iter().enumerate() {
        if byte == b'"' || byte == b'\\' || byte == b'\n' {
            out.push_str(&text[from..i]);
            out.push_str(match byte {
                b'\n' => "\\n",
                b'"' => "\\\"",
                _ => "\\\\",
            });
            from = i + 1;
        }
    }
    out.push_str(&text[from..]);
    out.push('"');
}

fn write_json(value: &Json, out: &mut String) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Json::Number(n) => write!(out, "{:?}", n).unwrap(),
        Json::Text(text) => write_text(text, out),
        Json::Array(elements) => {
            out.push('[');
            for (i, element) in elements.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_json(element, out);
            }
            out.push(']');
        }
        Json::Object(members) => {
            out.push('{');
            for (i, (name, member)) in members.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_text(name, out);
                out.push(':');
                write_json(member, out);
            }
            out.push('}');
        }
    }
}

/// The sum of all numbers and lengths of texts.
fn weight(value: &Json) -> f64 {
    match value {
        Json::Null => 1.0,
        Json::Bool(_) => 2.0,
        Json::Number(n) => *n,
        Json::Text(text) => text.len() as f64,
        Json::Array(elements) => elements.iter().map(weight).sum(),
        Json::Object(members) => {
            members.iter().map(|(name, member)| name.len() as f64 + weight(member)).sum()
        }
    }
}

fn document() -> String {
    let mut out = String::from("[");
    for i in 0..RECORDS {
        if i > 0 {
            out.push_str(",\n");
        }
        write!(out, "{{\"id\": {i}, \"name\": \"record number {i}\", \"price\": {i}.25, ").unwrap();
        write!(out, "\"tags\": [\"alpha\", \"be\\\"ta\", \"gamma\\n\"], \"stock\": {}, ", i % 2 == 0)
            .unwrap();
        out.push_str("\"owner\": {\"first\": \"Ann\", \"last\": \"Other\", \"none\": null}}");
    }
    out.push(']');
    out
}

fn main() -> Result<(), Mistake> {
    let text = document();
    let (mut parsing, mut printing, mut walking) = (u128::MAX, u128::MAX, u128::MAX);
    let (mut printed, mut walked) = (0, 0.0);
    for _ in 0..ROUNDS {
        let watch = Instant::now();
        let value = parse(&text)?;
        parsing = parsing.min(watch.elapsed().as_nanos());
        let watch = Instant::now();
        let mut out = String::new();
        write_json(&value, &mut out);
        printing = printing.min(watch.elapsed().as_nanos());
        printed = out.len();
        let watch = Instant::now();
        walked = weight(&value);
        walking = walking.min(watch.elapsed().as_nanos());
    }
    println!("parse {} {}", text.len(), parsing);
    println!("print {} {}", printed, printing);
    println!("walk {} {}", walked as i64, walking);
    // What `std.json` of Janus is compared with.
    println!("library_parse {} {}", text.len(), parsing);
    println!("library_print {} {}", printed, printing);
    Ok(())
}
