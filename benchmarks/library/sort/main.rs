// Sorting: numbers in several orders, strings, and records by a key.
use std::time::Instant;

const COUNT: i64 = 200_000;
const ROUNDS: i64 = 5;

#[derive(Clone)]
struct Record {
    key: i64,
    weight: f64,
    group: i32,
}

fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(11400714819323198485);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(13787848793156543929);
    z = (z ^ (z >> 27)).wrapping_mul(10723151780598845931);
    z ^ (z >> 31)
}

fn report(name: &str, checksum: u64, nanoseconds: u128) {
    println!("{} {} {}", name, checksum, nanoseconds);
}

fn mix(sum: u64, value: u64) -> u64 {
    (sum ^ value).wrapping_mul(1099511628211)
}

fn checksum(xs: &[i64]) -> u64 {
    xs.iter().fold(14695981039346656037, |sum, &x| mix(sum, x as u64))
}

fn random_numbers(count: i64, limit: u64) -> Vec<i64> {
    let mut state = 1;
    (0..count).map(|_| (next(&mut state) % limit) as i64).collect()
}

fn sort_numbers(name: &str, data: &Vec<i64>) {
    let mut best = u128::MAX;
    let mut sum = 0;
    for _ in 0..ROUNDS {
        let mut xs = data.clone();
        let watch = Instant::now();
        xs.sort();
        best = best.min(watch.elapsed().as_nanos());
        sum = checksum(&xs);
    }
    report(name, sum, best);
}

fn sort_strings() {
    let mut state = 2;
    let mut data = Vec::new();
    for _ in 0..COUNT / 4 {
        let mut text = String::new();
        for _ in 0..8 + next(&mut state) % 16 {
            text.push((97 + (next(&mut state) % 26) as u8) as char);
        }
        data.push(text);
    }
    let mut best = u128::MAX;
    let mut sum = 0;
    for _ in 0..ROUNDS {
        let mut xs = data.clone();
        let watch = Instant::now();
        xs.sort();
        best = best.min(watch.elapsed().as_nanos());
        sum = 14695981039346656037;
        for x in &xs {
            sum = mix(sum, (x.len() as u64) * 256 + x.as_bytes()[0] as u64);
        }
    }
    report("strings", sum, best);
}

fn sort_records() {
    let mut state = 3;
    let mut data = Vec::new();
    for i in 0..COUNT {
        data.push(Record {
            key: (next(&mut state) % 50_000) as i64,
            weight: i as f64,
            group: (i % 7) as i32,
        });
    }
    let mut best = u128::MAX;
    let mut sum = 0;
    for _ in 0..ROUNDS {
        let mut xs = data.clone();
        let watch = Instant::now();
        xs.sort_by_key(|record| record.key);
        best = best.min(watch.elapsed().as_nanos());
        sum = 14695981039346656037;
        for x in &xs {
            sum = mix(sum, x.key as u64 + x.weight as u64 + x.group as u64);
        }
    }
    report("records_by_key", sum, best);
}

fn main() {
    let random = random_numbers(COUNT, 1 << 62);
    sort_numbers("numbers_random", &random);
    let ascending = (0..COUNT).map(|i| i * 3).collect();
    sort_numbers("numbers_sorted", &ascending);
    let descending = (0..COUNT).map(|i| (COUNT - i) * 3).collect();
    sort_numbers("numbers_reversed", &descending);
    sort_numbers("numbers_few_values", &random_numbers(COUNT, 16));
    sort_strings();
    sort_records();
}
