// Hash maps: numbers and strings as keys, inserted, found, missed, counted and walked.
use std::collections::HashMap;
use std::time::Instant;

const COUNT: i64 = 200_000;
const ROUNDS: i64 = 5;

fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(11400714819323198485);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(13787848793156543929);
    z = (z ^ (z >> 27)).wrapping_mul(10723151780598845931);
    z ^ (z >> 31)
}

struct Best {
    nanoseconds: u128,
}

impl Best {
    fn new() -> Self {
        Best { nanoseconds: u128::MAX }
    }
    fn take(&mut self, watch: Instant) {
        self.nanoseconds = self.nanoseconds.min(watch.elapsed().as_nanos());
    }
}

fn numbers() {
    let mut state = 1;
    let keys: Vec<i64> = (0..COUNT).map(|_| (next(&mut state) >> 2) as i64).collect();
    let (mut inserting, mut finding) = (Best::new(), Best::new());
    let (mut missing, mut walking) = (Best::new(), Best::new());
    let (mut inserted, mut found, mut missed, mut walked) = (0, 0, 0, 0);
    for _ in 0..ROUNDS {
        let mut map: HashMap<i64, i64> = HashMap::new();
        let insert = Instant::now();
        for &key in &keys {
            map.insert(key, key & 255);
        }
        inserting.take(insert);
        inserted = map.len();
        let find = Instant::now();
        found = 0;
        for key in &keys {
            found += map[key];
        }
        finding.take(find);
        let miss = Instant::now();
        missed = 0;
        for &key in &keys {
            if !map.contains_key(&(key + 1)) {
                missed += 1;
            }
        }
        missing.take(miss);
        let walk = Instant::now();
        walked = 0;
        for (_, value) in &map {
            walked += value;
        }
        walking.take(walk);
    }
    println!("numbers_insert {} {}", inserted, inserting.nanoseconds);
    println!("numbers_find {} {}", found, finding.nanoseconds);
    println!("numbers_miss {} {}", missed, missing.nanoseconds);
    println!("numbers_walk {} {}", walked, walking.nanoseconds);
}

fn words(count: i64, different: u64) -> Vec<String> {
    let mut state = 2;
    (0..count).map(|_| format!("word{}", next(&mut state) % different)).collect()
}

fn strings() {
    let keys = words(COUNT / 2, 1_000_000_000);
    let (mut inserting, mut finding) = (Best::new(), Best::new());
    let (mut inserted, mut found) = (0, 0);
    for _ in 0..ROUNDS {
        let mut map: HashMap<String, i64> = HashMap::new();
        let insert = Instant::now();
        for key in &keys {
            map.insert(key.clone(), key.len() as i64);
        }
        inserting.take(insert);
        inserted = map.len();
        let find = Instant::now();
        found = 0;
        for key in &keys {
            found += map[key];
        }
        finding.take(find);
    }
    println!("strings_insert {} {}", inserted, inserting.nanoseconds);
    println!("strings_find {} {}", found, finding.nanoseconds);
}

fn count_words() {
    let text = words(COUNT, 5_000);
    let mut counting = Best::new();
    let mut total = 0;
    for _ in 0..ROUNDS {
        let mut counts: HashMap<String, i64> = HashMap::new();
        let count = Instant::now();
        for word in &text {
            *counts.entry(word.clone()).or_insert(0) += 1;
        }
        counting.take(count);
        total = counts.len() as i64 * 1000 + counts[&text[0]];
    }
    println!("count_words {} {}", total, counting.nanoseconds);
}

fn main() {
    numbers();
    strings();
    count_words();
}
