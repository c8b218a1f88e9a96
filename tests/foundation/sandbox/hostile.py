"""Programs that mean harm, as text: what they try is written where they try it."""

# Tries many things that take no time, and prints what became of each; its arguments are where the test planted something.
LOOKING = r"""
import ctypes, json, os, socket, subprocess, sys
planted, secret, port, udp_port, path_socket, abstract = sys.argv[1:7]
libc = ctypes.CDLL(None, use_errno=True)
said = {}

def tried(name, attack):
    try:
        said[name] = repr(attack())
    except Exception as error:
        said[name] = type(error).__name__

def kernel(call, *arguments):
    ctypes.set_errno(0)
    result = call(*arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result

def tcp(host, at):
    with socket.create_connection((host, at), 2):
        return "connected"

def udp():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"hello", ("127.0.0.1", int(udp_port)))
    return "sent"

def unix(address):
    with socket.socket(socket.AF_UNIX) as one:
        one.connect(address)
    return "connected"

def environments():
    found = []
    for pid in (each for each in os.listdir("/proc") if each.isdecimal()):
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                found += [pid] if secret.encode() in file.read() else []
        except OSError:
            pass
    return found

def write(path):
    with open(path, "w") as file:
        file.write("x")
    return "written"

tried("shadow", lambda: open("/etc/shadow").read())
tried("root's files", lambda: [name for name in os.listdir("/root") if not name.startswith(".pyenv")])
tried("planted file", lambda: open(planted).read())
tried("planted file by dots", lambda: open("/box/work/../../" + planted.lstrip("/")).read())
tried("file through the root of the first process", lambda: open("/proc/1/root" + planted).read())
tried("environments", environments)
tried("environment of the first process", lambda: open("/proc/1/environ", "rb").read())
tried("memory of the first process", lambda: open("/proc/1/mem", "r+b"))
tried("descriptors of the first process", lambda: os.listdir("/proc/1/fd"))
tried("block device", lambda: open("/dev/vda", "rb").read(1))
tried("sys", lambda: os.listdir("/sys"))
tried("tcp to the test", lambda: tcp("127.0.0.1", int(port)))
tried("tcp to the metadata", lambda: tcp("169.254.169.254", 80))
tried("udp to the test", udp)
tried("unix socket", lambda: unix(path_socket))
tried("abstract socket", lambda: unix("\0" + abstract))
tried("netlink", lambda: socket.socket(16, socket.SOCK_RAW))
tried("packet", lambda: socket.socket(17, socket.SOCK_RAW))
tried("vsock", lambda: socket.socket(40, socket.SOCK_STREAM))
tried("raw", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))
for name, flag in {"user": 0x10000000, "mount": 0x20000, "net": 0x40000000, "pid": 0x20000000}.items():
    tried(f"unshare {name}", lambda: kernel(libc.unshare, flag))
    # x86-64 only: on another machine the number is another call's, and refused or harmless.
    tried(f"clone {name}", lambda: kernel(libc.syscall, 56, flag | 17, 0, 0, 0, 0))
tried("clone3", lambda: kernel(libc.syscall, 435, 0, 0))
tried("mount", lambda: kernel(libc.mount, b"x", b"/box/tmp", b"tmpfs", 0, 0))
tried("umount", lambda: kernel(libc.umount2, b"/box", 2))
tried("ptrace", lambda: kernel(libc.ptrace, 16, os.getppid(), 0, 0))
tried("setuid", lambda: os.setuid(0))
tried("setgid", lambda: os.setgid(0))
tried("setgroups", lambda: os.setgroups([0]))
tried("chroot", lambda: os.chroot("/box/tmp"))
tried("io_uring", lambda: kernel(libc.syscall, 425, 4, ctypes.create_string_buffer(256)))
tried("keyctl", lambda: kernel(libc.syscall, 250, 0, -3, 0))
tried("bpf", lambda: kernel(libc.syscall, 321, 0, 0, 0))
tried("device", lambda: os.mknod("/box/tmp/disk", 0o60666, os.makedev(254, 0)))
tried("host name", lambda: socket.sethostname("mine"))
tried("kill the first", lambda: (os.kill(1, 9), "sent"))
tried("limits up", lambda: __import__("resource").setrlimit(7, (1 << 20, 1 << 20)))
for path in ("/x", "/usr/x", "/etc/passwd", "/dev/x", "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger",
             "/supervisor.py", "/proc/self/comm", "/tree/kept.txt", "/mounted/kept.txt", "/mounted/new.txt", "/dev/shm/ok",
             "/tmp/ok", "/box/work/ok"):
    tried(f"write {path}", lambda: write(path))
tried("chmod of the mounted", lambda: os.chmod("/mounted/kept.txt", 0o777))
status = dict(line.split()[:2] for line in open("/proc/self/status") if len(line.split()) > 1)
said["rights"] = [status[name] for name in ("CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:", "NoNewPrivs:", "Seccomp:")]
said["uid"] = os.getuid()
said["variables"] = sorted(os.environ)
said["open"] = sorted(os.listdir("/proc/self/fd"))
said["seen"] = sorted(int(each) for each in os.listdir("/proc") if each.isdecimal())
print(json.dumps(said))
"""
FORKING = """
import os, time
count = 0
try:
    while True:
        if os.fork() == 0:
            time.sleep(600)
        count += 1
        time.sleep(0.001)
except OSError as error:
    print(count, type(error).__name__)
"""
FORKING_EVERYWHERE = """
import os
while True:
    try:
        os.fork()
    except OSError:
        pass
"""
FILLING_MEMORY = """
blocks = []
while True:
    blocks.append(bytearray(8 << 20))
    blocks[-1][::4096] = b"x" * len(blocks[-1][::4096])
"""
FILLING_MEMORY_IN_EIGHT = """
import os
for _ in range(8):
    if os.fork() == 0:
        blocks = []
        try:
            while True:
                blocks.append(bytearray(4 << 20))
                blocks[-1][::4096] = b"x" * len(blocks[-1][::4096])
        except MemoryError:
            os._exit(9)
print(sorted(os.waitstatus_to_exitcode(os.wait()[1]) for _ in range(8)))
"""
FILLING_DISK = """
import errno, os
total = 0
for place in ("/box/work", "/tmp", "/dev/shm", "/box/home"):
    try:
        for number in range(64):
            with open(f"{place}/{number}", "wb", buffering=0) as file:
                for _ in range(8):
                    total += file.write(bytes(1 << 20))
    except OSError as error:
        print(place, errno.errorcode[error.errno])
print(total)
"""
OPENING = """
count = len(__import__("os").listdir("/proc/self/fd")) - 1
held = []
try:
    while True:
        held.append(open("/dev/null"))
except OSError as error:
    print(count + len(held), error.errno)
"""
LOOPING = "while True: pass"
LOOPING_ON = "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass"
LOOPING_IN_FOUR = """
import os
for _ in range(4):
    if os.fork() == 0:
        while True:
            pass
print(sorted(os.waitstatus_to_exitcode(os.wait()[1]) for _ in range(4)))
"""
SLEEPING = "import time\nprint('asleep', flush=True)\ntime.sleep(1_000_000)"
PRINTING = "import sys\nfor _ in range(1024): sys.stdout.write('y' * (1 << 20))"
LEAVING_A_DAEMON = """
import os, time
reading, writing = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(writing, b"there")
        os.closerange(0, 64)
        while True:
            try:
                open("/box/work/left.txt", "a").write("still here")
            except OSError:
                pass
            time.sleep(0.001)
    os._exit(0)
print(os.read(reading, 5).decode())
"""
KILLING_ALL = """
import os, signal
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
    try:
        os.kill(-1, number)
    except ProcessLookupError:
        pass
    except PermissionError:
        pass
print("still here")
"""
LEAVING_TRAPS = """
import os
os.symlink("/etc/passwd", "link")
os.symlink("/box/work", "around")
os.mkfifo("pipe")
os.mkdir("directory")
with open("sparse", "wb") as file:
    try:
        file.truncate(1 << 40)
    except OSError as error:
        print(type(error).__name__)
    file.truncate(15 << 20)
with open("good", "w") as file:
    file.write("good")
os.mkdir("in")
with open("in/good", "w") as file:
    file.write("inside")
with open("closed", "w") as file:
    file.write("closed")
os.chmod("closed", 0)
"""
