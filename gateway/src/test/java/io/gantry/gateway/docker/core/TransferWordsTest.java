package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The lines of pull, push, load and import, by the letter. */
class TransferWordsTest {
    private static final String LAYER = "sha256:" + "b".repeat(64);
    private static final String ID = "sha256:" + "a".repeat(64);
    private static final String PROBLEM = "{'error':{'type':'https://gantry.io/problems/image-not-found','title':'x','status':404,'detail':'not there','hint':'look again'}}";

    @Test
    void aPullIsToldAsDockerTellsIt() {
        assertThat(BuildWordsTest.told(
                        TransferWords.ofPull(),
                        "{'repository':'shop/web','tag':'1'}",
                        "{'layer':'" + LAYER + "','state':'PRESENT','current':9,'total':9}",
                        "{'layer':'" + LAYER + "','state':'MOVING','current':0,'total':4000000}",
                        "{'layer':'" + LAYER + "','state':'MOVING','current':1000000,'total':4000000}",
                        "{'layer':'" + LAYER + "','state':'DONE','current':4000000,'total':4000000}",
                        "{'image':'" + ID + "','manifest':'" + ID + "','reference':'host:5/shop/web:1','changed':true}"))
                .isEqualTo("""
                        {"status":"Pulling from shop/web","id":"1"}
                        {"status":"Already exists","progressDetail":{},"id":"bbbbbbbbbbbb"}
                        {"status":"Pulling fs layer","progressDetail":{},"id":"bbbbbbbbbbbb"}
                        {"status":"Downloading","progressDetail":{"current":1000000,"total":4000000},"progress":"[===========>                                      ]  1.0MB/4.0MB","id":"bbbbbbbbbbbb"}
                        {"status":"Pull complete","progressDetail":{},"id":"bbbbbbbbbbbb"}
                        {"status":"Digest: %1$s"}
                        {"status":"Status: Downloaded newer image for host:5/shop/web:1"}
                        """.formatted(ID));
    }

    @Test
    void aPushEndsWithWhatTheTagMeansThere() {
        assertThat(BuildWordsTest.told(
                        TransferWords.ofPush(),
                        "{'repository':'host:5/shop/web','tag':'1'}",
                        "{'layer':'" + LAYER + "','state':'MOVING','current':0,'total':10}",
                        "{'layer':'" + LAYER + "','state':'DONE','current':10,'total':10}",
                        "{'pushed':'1','manifest':'" + ID + "','size':528}"))
                .isEqualTo("""
                        {"status":"The push refers to repository [host:5/shop/web]"}
                        {"status":"Preparing","progressDetail":{},"id":"bbbbbbbbbbbb"}
                        {"status":"Pushed","progressDetail":{},"id":"bbbbbbbbbbbb"}
                        {"status":"1: digest: %1$s size: 528"}
                        {"progressDetail":{},"aux":{"Tag":"1","Digest":"%1$s","Size":528}}
                        """.formatted(ID));
    }

    @Test
    void anErrorOfAPullHasAStatusUnlessSomethingWasTold() {
        assertThat(TransferWords.ofPull().refusal(BuildWordsTest.read(PROBLEM)).orElseThrow().status()).isEqualTo(404);
        assertThat(TransferWords.ofPush().refusal(BuildWordsTest.read(PROBLEM))).isEmpty();
        assertThat(BuildWordsTest.told(TransferWords.ofPush(), PROBLEM))
                .isEqualTo("{\"errorDetail\":{\"message\":\"not there (look again)\"},\"error\":\"not there (look again)\"}\n");
    }

    @Test
    void aLoadTellsNamesOrIds() {
        String[] lines = {"{'layer':'" + LAYER + "','size':5}", "{'image':'" + ID + "','tags':['a:1','b:2']}", "{'image':'" + ID + "','tags':[]}"};
        assertThat(BuildWordsTest.told(new LoadWords(false), lines))
                .isEqualTo("""
                        {"status":"Loading layer","progressDetail":{"current":5,"total":5},"id":"bbbbbbbbbbbb"}
                        {"stream":"Loaded image: a:1\\n"}
                        {"stream":"Loaded image: b:2\\n"}
                        {"stream":"Loaded image ID: %s\\n"}
                        """.formatted(ID));
        assertThat(BuildWordsTest.told(new LoadWords(true), lines)).doesNotContain("Loading layer");
        assertThat(BuildWordsTest.told(new LoadWords(true), PROBLEM)).contains("errorDetail");
    }

    @Test
    void anImportTellsItsId() {
        assertThat(BuildWordsTest.told(new ImportWords(), "{'image':'" + ID + "','tags':[]}")).isEqualTo("{\"status\":\"" + ID + "\"}\n");
        assertThat(new ImportWords().refusal(BuildWordsTest.read(PROBLEM)).orElseThrow().status()).isEqualTo(404);
    }

    @Test
    void whatEndsEarlyIsAnError() {
        for (ToldWords words : new ToldWords[] {TransferWords.ofPull(), TransferWords.ofPush(), new LoadWords(false), new ImportWords()}) {
            assertThat(BuildWordsTest.told(words)).contains("errorDetail").contains("image-service went away");
        }
    }
}
