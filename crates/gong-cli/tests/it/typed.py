"""Types into a program at a terminal of its own: typed.py [PROMPT ANSWER]... -- PROGRAM ARGUMENT...

Each answer is typed once its prompt was shown; \\r, \\x03 and \\x04 are the keys Enter, Ctrl-C and
Ctrl-D. What the program shows is printed, and its exit code is this one's.
"""
import os
import pty
import sys

cut = sys.argv.index("--")
words, program = sys.argv[1:cut], sys.argv[cut + 1 :]
typed = list(zip(words[::2], words[1::2]))
child, terminal = pty.fork()
if child == 0:
    os.execv(program[0], program)
shown, seen = b"", 0
while True:
    try:
        more = os.read(terminal, 4096)
    except OSError:  # Linux says so when the other end is closed.
        break
    if not more:
        break
    shown += more
    while typed and (at := shown.find(typed[0][0].encode(), seen)) >= 0:
        prompt, answer = typed.pop(0)
        seen = at + len(prompt)
        os.write(terminal, answer.encode().decode("unicode_escape").encode())
sys.stdout.buffer.write(shown)
sys.stdout.flush()
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status) % 256)
