// usage: probe echo WORD... | exit CODE | ids | capabilities | self | wait
// The program of the tree. It is longer than a chunk, so that running it reads pieces that come one by one; "wait" reads its standard input to the end
// and then touches all of itself.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BALLAST 400000

__attribute__((aligned(4096))) const unsigned char ballast[BALLAST] = { [0] = 1, [BALLAST / 2] = 2, [BALLAST - 1] = 3 };

int main(int count, char *arguments[])
{
    const char *verb = count > 1 ? arguments[1] : "";
    if (!strcmp(verb, "echo"))
        for (int i = 2; i < count; i++)
            puts(arguments[i]);
    else if (!strcmp(verb, "exit") && count > 2)
        return atoi(arguments[2]);
    else if (!strcmp(verb, "ids"))
        printf("%u %u\n", geteuid(), getegid());
    else if (!strcmp(verb, "capabilities")) {
        char line[256];
        unsigned long long effective = 0;
        FILE *status = fopen("/proc/self/status", "r");
        while (status && fgets(line, sizeof line, status))
            sscanf(line, "CapEff: %llx", &effective);
        printf("%llu\n", effective);
    } else if (!strcmp(verb, "self")) {
        char path[4096];
        ssize_t length = readlink("/proc/self/exe", path, sizeof path);
        printf("%.*s\n", (int)(length < 0 ? 0 : length), path);
    } else if (!strcmp(verb, "wait")) {
        char byte;
        unsigned sum = 0;
        while (read(STDIN_FILENO, &byte, 1) > 0) {
        }

        for (int i = 0; i < BALLAST; i++)
            sum += ((volatile const unsigned char *)ballast)[i];
        return sum == 6 ? 0 : 1;
    } else
        return 2;
    return 0;
}
