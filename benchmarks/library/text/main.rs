// Text: searching, splitting, replacing and building strings.
use std::fmt::Write;
use std::hint::black_box;
use std::time::Instant;

const WORDS: i64 = 100_000;
const ROUNDS: i64 = 5;

fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(11400714819323198485);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(13787848793156543929);
    z = (z ^ (z >> 27)).wrapping_mul(10723151780598845931);
    z ^ (z >> 31)
}

fn make_text() -> String {
    let mut state = 1;
    let mut text = String::new();
    for i in 0..WORDS {
        for _ in 0..2 + next(&mut state) % 9 {
            text.push((97 + (next(&mut state) % 26) as u8) as char);
        }
        text.push(if i % 12 == 11 { '\n' } else { ' ' });
    }
    text.push_str("the end of all that was written");
    text
}

fn run(name: &str, f: impl Fn(i64) -> usize) {
    let mut best = u128::MAX;
    let mut result = 0;
    for round in 0..ROUNDS {
        let watch = Instant::now();
        result += black_box(f(round));
        best = best.min(watch.elapsed().as_nanos());
    }
    println!("{} {} {}", name, result, best);
}

fn count_of(text: &str, part: &str) -> usize {
    let mut count = 0;
    let mut at = 0;
    while let Some(found) = text[at..].find(part) {
        count += 1;
        at += found + part.len();
    }
    count
}

/// The parts as strings of their own, as Janus's `split` gives them.
fn owned<'a>(parts: impl Iterator<Item = &'a str>) -> Vec<String> {
    parts.map(str::to_string).collect()
}

fn main() {
    let text = make_text();
    run("find_short", |_| count_of(&text, "ab"));
    run("find_word", |_| count_of(&text, "quite"));
    run("find_long", |_| text.find("the end of all that was written").unwrap_or(0));
    run("find_letter", |_| count_of(&text, "e"));
    run("split_words", |_| owned(text.split(" ")).len());
    run("lines", |_| owned(text.lines()).len());
    run("replace", |_| text.replace("e", "EE").len());
    run("to_upper", |_| text.to_uppercase().len());
    run("chars", |_| text.chars().map(|c| c as usize).sum());
    run("bytes", |round| {
        let wanted = b'a' + round as u8;
        let mut sum = 0;
        for byte in text.bytes() {
            if byte == wanted {
                sum += 1;
            }
        }
        sum
    });
    run("build", |_| {
        let mut out = String::new();
        for i in 0..100_000 {
            write!(out, "{},", i).unwrap();
        }
        out.len()
    });
}
