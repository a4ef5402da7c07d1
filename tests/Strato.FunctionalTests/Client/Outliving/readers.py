"""Reads a mounted tree in one of several ways, over and over, and compares with the tree that was published.

usage: readers.py WAY MOUNT SOURCE STOP SCRATCH

Goes on until the file STOP exists, then prints how many rounds it made. The first error or wrong byte ends it with a traceback.
"""
import mmap
import os
import random
import subprocess
import sys

way, mount, source, stop, scratch = sys.argv[1:]
chance = random.Random(way)
FILES = ["data/whole.bin", "data/chunked.bin"] + ["data/many/%03d" % n for n in range(200)]


def content(path):
    with open(os.path.join(source, path), "rb") as file:
        return file.read()


expected = {path: content(path) for path in FILES}


def uncache(fd):
    """Has the kernel forget what it keeps of a file, so that the next read asks the daemon."""
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)


def compare(path, offset, got, length):
    want = expected[path][offset:offset + length]
    if got != want:
        raise AssertionError("%s at %d: %d bytes that are not those of the source" % (path, offset, len(got)))


def run(command):
    """What a program printed; where it fails, what it complained of is in the error."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise AssertionError("%s ended with %d: %s" % (command, done.returncode, done.stdout + done.stderr))
    return done.stdout


def imports():
    code = "import sys; sys.path.insert(0, %r); import everything; print(everything.total)" % (mount + "/py")
    told = run([sys.executable, "-S", "-B", "-c", code])
    assert told.strip() == str(sum(range(100))), told


def compiler():
    program = scratch + "/program"
    run(["gcc", "-O0", "-I", mount + "/include", "-o", program, mount + "/include/main.c"])
    told = run([program])
    assert told.strip() == str(sum(range(60))), told


held = {}


def preads():
    """One file in four stays open from the first round on; all are read at random places."""
    for path in chance.sample(FILES, 40) + FILES[:2]:
        keeps = FILES.index(path) % 4 < 2
        fd = held.get(path)
        if fd is None:
            fd = os.open(os.path.join(mount, path), os.O_RDONLY)
            if keeps:
                held[path] = fd
        uncache(fd)
        for _ in range(4):
            offset = chance.randrange(0, len(expected[path]) + 1)
            length = chance.randrange(1, 200000)
            compare(path, offset, os.pread(fd, length, offset), length)
        if not keeps:
            os.close(fd)


maps = {}


def mapped():
    for path in FILES[:2]:
        if path not in maps:
            fd = os.open(os.path.join(mount, path), os.O_RDONLY)
            maps[path] = (fd, mmap.mmap(fd, 0, prot=mmap.PROT_READ))
        fd, memory = maps[path]
        memory.madvise(mmap.MADV_DONTNEED)
        uncache(fd)
        for _ in range(20):
            offset = chance.randrange(0, len(memory))
            compare(path, offset, memory[offset:offset + 5000], 5000)


directory = None


def listing():
    """A directory stays open over all rounds; absent names stay absent."""
    global directory
    if directory is None:
        directory = os.open(os.path.join(mount, "data/many"), os.O_RDONLY)
        os.chdir(os.path.join(mount, "data"))
    names = sorted(os.listdir(source + "/data/many"))
    assert sorted(os.listdir(directory)) == names
    assert sorted(entry.name for entry in os.scandir(mount + "/data/many") if entry.is_file()) == names
    assert sorted(os.listdir("many")) == names, "the working directory"
    with open("many/007", "rb") as file:
        assert file.read() == expected["data/many/007"]
    try:
        os.stat(mount + "/data/absent%d" % chance.randrange(10**9))
    except FileNotFoundError:
        return
    raise AssertionError("an absent name is there")


# One round at least, however soon the end comes.
rounds = 0
while rounds == 0 or not os.path.exists(stop):
    {"imports": imports, "compiler": compiler, "preads": preads, "mapped": mapped, "listing": listing}[way]()
    rounds += 1
print("rounds", rounds)
