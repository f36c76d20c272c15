@echo off
rem Runs Carousel. Needs Java 17 or later: JAVA_HOME, then PATH. CAROUSEL_JAVA_OPTS adds options for Java.
setlocal
set "JAVA=java.exe"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java.exe"
"%JAVA%" -XX:+UseParallelGC -XX:+DisplayVMOutputToStderr --add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED %CAROUSEL_JAVA_OPTS% -cp "%~dp0..\lib\*" dev.carousel.cli.Main %*
exit /b %ERRORLEVEL%
