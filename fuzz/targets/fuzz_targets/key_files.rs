#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gongkit_fuzz::key_files(bytes));
