// Stands before Prism and writes down what Prism finds: one line for each answer, with the status and the
// header `sl-violations` in which Prism names what does not fit Gong's document.
//   node violations.js PRISM_PORT OUT      prints its own port
"use strict";
const http = require("http");
const fs = require("fs");

const [prism, out] = process.argv.slice(2);

const server = http.createServer((asked, answer) => {
    const options = { host: "127.0.0.1", port: prism, path: asked.url, method: asked.method, headers: asked.headers };
    const passed = http.request(options, (answered) => {
        const found = answered.headers["sl-violations"] || "";
        fs.appendFileSync(out, `${answered.statusCode} ${asked.method} ${asked.url.split("?")[0]} ${found}\n`);
        answer.writeHead(answered.statusCode, answered.headers);
        answered.pipe(answer);
    });
    passed.on("error", (error) => {
        fs.appendFileSync(out, `broken ${asked.method} ${asked.url.split("?")[0]} ${error.code}\n`);
        answer.destroy();
    });
    asked.pipe(passed);
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
