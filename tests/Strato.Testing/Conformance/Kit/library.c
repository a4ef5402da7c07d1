// The library of the tree.
int strato_conformance_answer(void);

int strato_conformance_answer(void)
{
    return 4711;
}
